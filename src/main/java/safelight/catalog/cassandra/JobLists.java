package safelight.catalog.cassandra;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import safelight.base.AccountId;
import safelight.base.BatchId;
import safelight.base.Page;
import safelight.catalog.Job;
import safelight.cql.Statements;

/// Pages of jobs, newest first. The signs of a list name candidates, the jobs' rows decide.
final class JobLists {
    /// More than any batch has.
    private static final int BATCH_MAX = 1_000_000;

    /// Signs of a batch that one look reads.
    private static final int SIGNS_MAX = 1_000;

    /// How often one page looks for more. What is wanted may be rare; then the page has less than
    /// it might, and says where to go on.
    private static final int LOOKS_MAX = 20;

    /// Above every id.
    private static final String TOP = "~";

    private final Lines lines;
    private final SecondLook secondLook;

    JobLists(Lines lines, SecondLook secondLook) {
        this.lines = lines;
        this.secondLook = secondLook;
    }

    /// Some ids below one, largest first.
    private interface Candidates {
        Some below(String id, int most);
    }

    /// Candidates, the last id that was looked at for them, and whether there may be more below it.
    private record Some(List<String> ids, String last, boolean areMore) {
        static Some of(List<String> ids, int most) {
            return new Some(ids, ids.isEmpty() ? "" : ids.getLast(), ids.size() == most);
        }
    }

    Page<Job> of(
            Statements statements,
            AccountId account,
            Optional<Job.State> state,
            Page.Request page) {
        Candidates candidates =
                state.isEmpty()
                        ? (id, most) -> Some.of(all(statements, account, id, most), most)
                        : state.get().isFinal()
                                ? (id, most) -> ended(statements, account, state.get(), id, most)
                                : (id, most) -> Some.of(open(statements, account, id, most), most);
        return page(
                statements,
                candidates,
                job ->
                        JobSteps.isListed(job)
                                && state.map(s -> job.status().state() == s).orElse(true),
                page);
    }

    /// Of an account, those of its edits.
    Page<Job> dead(Statements statements, AccountId account, Page.Request page) {
        return page(
                statements,
                (id, most) -> ended(statements, account, Job.State.FAILED, id, most),
                JobSteps::isDead,
                page);
    }

    Page<Job> dead(Statements statements, Page.Request page) {
        var buckets =
                lines.buckets(statements, Lines.DEAD).stream()
                        .sorted(Comparator.reverseOrder())
                        .toList();
        return page(
                statements,
                (id, most) -> {
                    var found = new ArrayList<String>();
                    for (long bucket : buckets)
                        if (found.size() < most)
                            found.addAll(
                                    lines.below(
                                            statements,
                                            Lines.DEAD,
                                            bucket,
                                            id,
                                            most - found.size()));
                    return Some.of(found, most);
                },
                JobSteps::isDead,
                page);
    }

    private Page<Job> page(
            Statements statements,
            Candidates candidates,
            Predicate<Job> wanted,
            Page.Request page) {
        var found = new ArrayList<Job>();
        var below = Cursor.below(page.cursor());
        for (int look = 0; look < LOOKS_MAX; look++) {
            // What is wanted is usually all that there is.
            var some =
                    candidates.below(below, look == 0 ? page.limit() + 1 : Page.Request.LIMIT_MAX);
            JobTable.find(statements, some.ids).stream()
                    .map(secondLook::noting)
                    .map(JobTable.Found::job)
                    .filter(wanted)
                    .forEach(found::add);
            if (found.size() > page.limit() || !some.areMore)
                return Page.cut(found, page.limit(), job -> Cursor.after(job.id().value()));
            below = some.last;
        }
        return new Page<>(found, Optional.of(Cursor.after(below)));
    }

    private static List<String> all(
            Statements statements, AccountId account, String below, int most) {
        return statements.all(
                "SELECT id FROM job_of_account WHERE account = ? AND id < ? LIMIT ?",
                row -> row.text("id"),
                account,
                below,
                most);
    }

    private static Some ended(
            Statements statements, AccountId account, Job.State state, String below, int most) {
        var ids =
                statements.all(
                        "SELECT id FROM job_ended WHERE account = ? AND state = ? AND id < ?"
                                + " LIMIT ?",
                        row -> row.text("id"),
                        account,
                        state,
                        below,
                        most);
        return Some.of(ids, most);
    }

    private static List<String> open(
            Statements statements, AccountId account, String below, int most) {
        var ids = new ArrayList<String>();
        for (var some : OpenJobs.values()) ids.addAll(some.below(statements, account, below, most));
        ids.sort(Comparator.reverseOrder());
        return ids.subList(0, Math.min(most, ids.size()));
    }

    /// A batch's jobs. The sign of an open one may be late, so that only its row says its state.
    Page<Job> ofBatch(
            Statements statements, BatchId batch, Optional<Job.State> state, Page.Request page) {
        return page(
                statements,
                (id, most) -> some(signs(statements, batch, id, SIGNS_MAX), state, most),
                job -> state.map(s -> job.status().state() == s).orElse(true),
                page);
    }

    private static Some some(List<Sign> signs, Optional<Job.State> state, int most) {
        var ids =
                signs.stream()
                        .filter(sign -> state.map(sign::mayBe).orElse(true))
                        .limit(most)
                        .map(Sign::id)
                        .toList();
        if (ids.size() == most) return Some.of(ids, most);
        return new Some(ids, signs.isEmpty() ? "" : signs.getLast().id, signs.size() == SIGNS_MAX);
    }

    /// What is noted of a job in a batch.
    record Sign(String id, Job.State state) {
        private boolean mayBe(Job.State other) {
            return state == other || !state.isFinal();
        }
    }

    /// Those of a batch, largest first.
    static List<Sign> signs(Statements statements, BatchId batch) {
        return signs(statements, batch, TOP, BATCH_MAX);
    }

    private static List<Sign> signs(Statements statements, BatchId batch, String below, int most) {
        return statements.all(
                "SELECT id, state FROM job_of_batch WHERE batch_id = ? AND id < ? LIMIT ?",
                row -> new Sign(row.text("id"), row.constant("state", Job.State.class)),
                batch,
                below,
                most);
    }
}
