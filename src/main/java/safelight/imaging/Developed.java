package safelight.imaging;

/// A finished picture: its encoded bytes (owned by the receiver) and what they hold.
@SuppressWarnings("ArrayRecordComponent") // the bytes change hands, nobody compares them
public record Developed(byte[] bytes, Format format, Size size) {}
