package safelight.catalog.cassandra;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.BatchId;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.base.Ulids;
import safelight.catalog.Batch;
import safelight.catalog.Job;
import safelight.cql.Change;
import safelight.cql.Row;
import safelight.cql.Statements;

/// The statements on batches' rows and on their parts, of which the jobs are made.
final class BatchTable {
    static final int PART = 500;
    private static final int WORDS = 4;

    private BatchTable() {}

    /// A batch as its row has it. `recipes` are the different ones of its jobs, `isUnpacked` says
    /// that all of its jobs are there.
    record Packed(
            Batch batch,
            String request,
            String dataCenter,
            List<String> recipes,
            boolean isUnpacked) {
        /// Of these jobs, which are all of the batch's.
        static Packed of(Batch batch, List<Job> jobs) {
            var first = jobs.getFirst().order();
            var recipes = jobs.stream().map(job -> job.order().recipe()).distinct().toList();
            return new Packed(batch, first.request(), first.dataCenter(), recipes, false);
        }

        int parts() {
            return (batch.total() + PART - 1) / PART;
        }

        /// The parts of a batch of these jobs.
        List<Change> packed(List<Job> jobs) {
            var parts = new ArrayList<Change>();
            for (int part = 0; part < parts(); part++) {
                var text = new StringBuilder();
                int end = Math.min((part + 1) * PART, jobs.size());
                for (var job : jobs.subList(part * PART, end))
                    text.append(job.order().photo())
                            .append(' ')
                            .append(recipes.indexOf(job.order().recipe()))
                            .append(' ')
                            .append(job.order().weight().cost())
                            .append(' ')
                            .append(job.order().weight().bytes())
                            .append('\n');
                parts.add(
                        Change.of(
                                "INSERT INTO batch_part (batch_id, part, jobs) VALUES (?, ?, ?)",
                                batch.id(),
                                part,
                                text.toString()));
            }
            return parts;
        }

        /// The jobs that a part is of.
        List<Job> unpacked(int part, String text) {
            var jobs = new ArrayList<Job>();
            for (var line : text.split("\n", -1)) {
                if (line.isEmpty()) continue;
                var words = line.split(" ", -1);
                jobs.add(
                        job(
                                part * PART + jobs.size(),
                                new PhotoId(words[0]),
                                recipes.get(Integer.parseInt(words[1])),
                                weight(words)));
            }
            return jobs;
        }

        /// What an older release packed has none.
        private static Job.Weight weight(String[] words) {
            return words.length < WORDS
                    ? Job.Weight.NONE
                    : new Job.Weight(Long.parseLong(words[2]), Long.parseLong(words[3]));
        }

        private Job job(int index, PhotoId photo, String recipe, Job.Weight weight) {
            return Job.accepted(
                    new JobId(Ulids.member(batch.id().value(), index)),
                    new Job.Order(
                                    batch.account(),
                                    photo,
                                    recipe,
                                    Job.Purpose.EDIT,
                                    batch.priority(),
                                    Optional.empty(),
                                    request,
                                    dataCenter,
                                    batch.created(),
                                    Optional.of(batch.id()))
                            .weighing(weight));
        }
    }

    static Change born(Packed packed) {
        var batch = packed.batch();
        return Change.of(
                """
                INSERT INTO job_batch (id, account, total, priority, idempotency_key, fingerprint,
                    request, data_center, created_at, recipes, webhook)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP 1\
                """,
                batch.id(),
                batch.account(),
                batch.total(),
                batch.priority(),
                batch.key().map(Job.Key::value),
                batch.key().map(Job.Key::fingerprint),
                packed.request(),
                packed.dataCenter(),
                batch.created(),
                String.join("\n", packed.recipes()),
                batch.webhook());
    }

    static Change listed(Batch batch) {
        return Change.of(
                "INSERT INTO batch_of_account (account, id) VALUES (?, ?) USING TIMESTAMP 1",
                batch.account(),
                batch.id());
    }

    static Optional<Packed> find(Statements statements, BatchId id) {
        return statements
                .one("SELECT * FROM job_batch WHERE id = ?", BatchTable::found, id)
                .flatMap(found -> found);
    }

    /// The batches of these ids in their order, without those that have no row.
    static List<Batch> find(Statements statements, List<String> ids) {
        return statements
                .ones(
                        ids.stream()
                                .map(id -> Change.of("SELECT * FROM job_batch WHERE id = ?", id))
                                .toList(),
                        BatchTable::found)
                .stream()
                .flatMap(Optional::stream)
                .flatMap(Optional::stream)
                .map(Packed::batch)
                .toList();
    }

    private static Optional<Packed> found(Row row) {
        if (!row.has("account")) return Optional.empty();
        var fingerprint = row.maybeText("fingerprint");
        var batch =
                new Batch(
                        new BatchId(row.text("id")),
                        new AccountId(row.text("account")),
                        row.small("total"),
                        row.constant("priority", Job.Priority.class),
                        row.maybeText("idempotency_key")
                                .flatMap(value -> fingerprint.map(p -> new Job.Key(value, p))),
                        row.instant("created_at"),
                        row.maybeText("webhook"));
        return Optional.of(
                new Packed(
                        batch,
                        row.text("request"),
                        row.text("data_center"),
                        Arrays.asList(row.text("recipes").split("\n", -1)),
                        row.flag("unpacked")));
    }
}
