package safelight.geo;

/// A point on the earth, in degrees.
public record Place(double latitude, double longitude) {
    private static final double EARTH_RADIUS_KM = 6371.0088;
    private static final double LATITUDE_MOST = 90;
    private static final double LONGITUDE_MOST = 180;

    /// Refuses what is not on the earth.
    public Place {
        if (!(Math.abs(latitude) <= LATITUDE_MOST) || !(Math.abs(longitude) <= LONGITUDE_MOST))
            throw new IllegalArgumentException("no place on earth: " + latitude + ", " + longitude);
    }

    /// The way along a great circle, by the haversine formula.
    public double kilometersTo(Place other) {
        double lat = Math.toRadians(latitude);
        double otherLat = Math.toRadians(other.latitude);
        double halfLat = Math.sin((otherLat - lat) / 2);
        double halfLong = Math.sin(Math.toRadians(other.longitude - longitude) / 2);
        double part = halfLat * halfLat + Math.cos(lat) * Math.cos(otherLat) * halfLong * halfLong;
        return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(part)));
    }
}
