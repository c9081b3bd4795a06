package safelight.scaling;

import java.time.Instant;

/// How many instances of one role there should be: a pure function of what was seen.
public sealed interface Rule<S extends History.Seen> permits Policy, WorkerPolicy {
    /// Decides; `present` are the instances that serve or start now.
    Decision decide(History<S> history, int present, Instant now);

    /// How fast the count follows.
    Pace pace();

    /// The history with what was decided just now.
    default History<S> remember(History<S> history, Decision decision, Instant now) {
        return history.with(
                new History.Recommendation(now, decision.recommended()), pace().memory());
    }

    /// The history with one more sample.
    default History<S> remember(History<S> history, S sample) {
        return history.with(sample, pace().memory());
    }
}
