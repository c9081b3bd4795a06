package safelight.steering;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What the vantage points say together: the majority of those that answer. A data center has no
/// vote on itself while another has one, so that it cannot lie about its health. A tie changes
/// nothing.
public final class Verdicts {
    private Verdicts() {}

    /// What one vantage point sees, by the data centers' index. `home` is the index of the data
    /// center that it is in.
    public record View(int home, List<Streak.State> states) {
        /// Copies the states.
        public View {
            states = List.copyOf(states);
        }
    }

    /// Who is up, given who was.
    public static List<Boolean> decide(List<View> views, List<Boolean> before) {
        return IntStream.range(0, before.size())
                .mapToObj(i -> isUp(i, votes(i, views), before.get(i)))
                .toList();
    }

    private static List<View> votes(int dataCenter, List<View> views) {
        var votes = new ArrayList<View>();
        for (var view : views)
            if (view.states.size() > dataCenter
                    && view.states.get(dataCenter) != Streak.State.UNKNOWN) votes.add(view);
        if (votes.stream().anyMatch(v -> v.home != dataCenter))
            votes.removeIf(v -> v.home == dataCenter);
        return votes;
    }

    private static boolean isUp(int dataCenter, List<View> votes, boolean before) {
        long up = votes.stream().filter(v -> v.states.get(dataCenter) == Streak.State.UP).count();
        long down = votes.size() - up;
        return up == down ? before : up > down;
    }
}
