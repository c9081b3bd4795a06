package safelight.imaging;

/// A finished picture: its encoded bytes (owned by the receiver) and what they hold.
public record Developed(byte[] bytes, Format format, Size size) {}
