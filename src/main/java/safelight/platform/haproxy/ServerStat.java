package safelight.platform.haproxy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What HAProxy counted for a server, or for a whole frontend or backend: a line of `show stat`
/// (management guide 9.1), with the columns that we read.
public record ServerStat(
        String proxy,
        String name,
        String status,
        long sessions,
        long sessionsTotal,
        long retries,
        long redispatches,
        long answers2xx,
        long answers5xx,
        long weight) {
    /// Whether this is the line of a whole backend.
    boolean isBackend() {
        return name.equals("BACKEND");
    }

    /// Reads the whole answer. A column that is empty or not there counts as 0.
    public static List<ServerStat> parse(String answer) {
        var stats = new ArrayList<ServerStat>();
        List<String> columns = List.of();
        for (var line : answer.lines().toList()) {
            if (line.startsWith("# ")) columns = List.of(line.substring(2).split(",", -1));
            else if (line.contains(",")) stats.add(stat(columns, line.split(",", -1)));
        }
        return List.copyOf(stats);
    }

    private static ServerStat stat(List<String> columns, String[] values) {
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < Math.min(columns.size(), values.length); i++)
            row.put(columns.get(i), values[i]);
        return new ServerStat(
                row.getOrDefault("pxname", ""),
                row.getOrDefault("svname", ""),
                row.getOrDefault("status", ""),
                number(row, "scur"),
                number(row, "stot"),
                number(row, "wretr"),
                number(row, "wredis"),
                number(row, "hrsp_2xx"),
                number(row, "hrsp_5xx"),
                number(row, "weight"));
    }

    private static long number(Map<String, String> row, String column) {
        try {
            return Long.parseLong(row.getOrDefault(column, "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
