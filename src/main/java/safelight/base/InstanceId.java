package safelight.base;

import java.util.regex.Pattern;

/// Names one running process of a role, for example `worker-01k3...`: 1 to 64 letters, digits, dots
/// or hyphens.
public record InstanceId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9.-]{1,64}");

    /// Refuses other shapes with an IllegalArgumentException.
    public InstanceId {
        if (!SHAPE.matcher(value).matches())
            throw new IllegalArgumentException("not an instance id: " + value);
    }

    @Override
    public String toString() {
        return value;
    }
}
