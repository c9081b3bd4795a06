package safelight.platform.haproxy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One slot as HAProxy has it now: a line of `show servers state` (management guide 9.3, format 1).
/// `admin` holds the bits of SRV_ADMF_* in HAProxy's server-t.h, `operation` is 0 for a server that
/// is down.
record ServerState(
        String backend, String name, Endpoint server, Endpoint agent, int operation, int admin) {
    private static final int MAINTENANCE = 0x01 | 0x02 | 0x20;
    private static final int DRAIN = 0x08 | 0x10;

    /// Whether it is out of use.
    boolean isMaintained() {
        return (admin & MAINTENANCE) != 0;
    }

    /// Whether it gets nothing new, by its own word or ours.
    boolean isDraining() {
        return (admin & DRAIN) != 0;
    }

    /// Whether its checks pass.
    boolean isUp() {
        return operation != 0;
    }

    /// Reads the whole answer. Unknown columns are no harm.
    ///
    /// @throws IllegalArgumentException if a column that is needed is not there
    static List<ServerState> parse(String answer) {
        var states = new ArrayList<ServerState>();
        List<String> columns = List.of();
        for (var line : answer.lines().toList()) {
            if (line.startsWith("# ")) columns = List.of(line.substring(2).split(" ", -1));
            else if (line.contains(" ")) states.add(state(columns, line.split(" ", -1)));
        }
        return List.copyOf(states);
    }

    private static ServerState state(List<String> columns, String[] values) {
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < Math.min(columns.size(), values.length); i++)
            row.put(columns.get(i), values[i]);
        return new ServerState(
                text(row, "be_name"),
                text(row, "srv_name"),
                endpoint(row, "srv_addr", "srv_port"),
                endpoint(row, "srv_agent_addr", "srv_agent_port"),
                number(row, "srv_op_state"),
                number(row, "srv_admin_state"));
    }

    private static Endpoint endpoint(Map<String, String> row, String address, String port) {
        return new Endpoint(text(row, address), number(row, port));
    }

    private static int number(Map<String, String> row, String column) {
        try {
            return Integer.parseInt(text(row, column));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("no number in " + column + " of " + row, e);
        }
    }

    private static String text(Map<String, String> row, String column) {
        var value = row.get(column);
        if (value == null) throw new IllegalArgumentException("no " + column + " in " + row);
        return value;
    }
}
