package safelight.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import safelight.base.AtOnce;
import safelight.base.BatchId;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.base.Ulids;

/// What every engine does with webhooks: whom it tells of which end, and how often.
public abstract class WebhookRowsContract extends DeliveryRowsContract {
    private Optional<Job> ended(Job job, Job.State state) {
        return jobs().advance(samples.ended(job, state, Optional.empty()));
    }

    private void end(Job job, Job.State state) {
        assertThat(ended(job, state)).isPresent();
    }

    @Test
    void jobKeepsItsWebhook() {
        var job = told(samples.accountId(), "https://example.org/hook");

        assertThat(jobs().find(job.id())).contains(job);
    }

    @Test
    void endOfAJobIsToldOnceAndNothingBefore() {
        var account = samples.accountId();
        var host = host();
        var accepted = told(account, "https://" + host + "/hook?a=b");
        var running = running(accepted);
        assertThat(of(account)).isEmpty();

        var done = ended(running, Job.State.SUCCEEDED).orElseThrow();

        var told = Delivery.of(done).orElseThrow();
        assertThat(of(account)).containsExactly(told);
        assertThat(rows().find(told.id())).contains(told);
        assertThat(told.event().type()).isEqualTo(Delivery.Type.JOB_SUCCEEDED);
        assertThat(told.event().subject()).isEqualTo(done.id().value());
        assertThat(told.event().url()).isEqualTo("https://" + host + "/hook?a=b");
        assertThat(claim(host)).extracting(Delivery::id).containsExactly(told.id());
    }

    @Test
    void eachEndHasItsType() {
        var account = samples.accountId();
        for (var state : List.of(Job.State.SUCCEEDED, Job.State.FAILED, Job.State.CANCELLED))
            end(running(told(account, "http://example.org")), state);

        assertThat(of(account))
                .extracting(d -> d.event().type())
                .containsExactlyInAnyOrder(
                        Delivery.Type.JOB_SUCCEEDED,
                        Delivery.Type.JOB_FAILED,
                        Delivery.Type.JOB_CANCELLED);
    }

    @Test
    void resultWithItsPhotoIsToldToo() {
        var account = samples.accountId();
        var host = host();
        var job = running(told(account, "https://" + host));
        var photo = samples.result(job);

        assertThat(
                        jobs().finish(
                                        samples.ended(
                                                job, Job.State.SUCCEEDED, Optional.of(photo.id())),
                                        photo,
                                        samples.key(samples.digest())))
                .isPresent();

        assertThat(claim(host)).hasSize(1);
    }

    @Test
    void jobWithoutAWebhookTellsNobody() {
        var account = samples.accountId();
        var job = samples.job(account, new PhotoId(samples.id()));
        jobs().accept(job, MANY);

        end(running(job), Job.State.SUCCEEDED);

        assertThat(of(account)).isEmpty();
    }

    @Test
    void endThatLostTheRaceIsNotTold() {
        var account = samples.accountId();
        var host = host();
        var job = running(told(account, "https://" + host));
        end(job, Job.State.CANCELLED);

        assertThat(ended(job, Job.State.SUCCEEDED)).isEmpty();

        assertThat(of(account))
                .extracting(d -> d.event().type())
                .containsExactly(Delivery.Type.JOB_CANCELLED);
        assertThat(claim(host))
                .extracting(d -> d.event().type())
                .containsExactly(Delivery.Type.JOB_CANCELLED);
    }

    @Test
    void retryIsToldAgainAndTheFirstFailureStays() {
        var account = samples.accountId();
        var host = host();
        var job = failed(account, host);
        var again = running(jobs().advance(job.with(Job.Status.NEW)).orElseThrow());

        end(again, Job.State.SUCCEEDED);

        assertThat(of(account))
                .extracting(d -> d.event().type())
                .containsExactlyInAnyOrder(Delivery.Type.JOB_FAILED, Delivery.Type.JOB_SUCCEEDED);
        assertThat(claim(host)).hasSize(2);
    }

    @Test
    void jobOfADeletedPhotoIsToldToBeCancelled() {
        var account = samples.accountId();
        var photo = samples.photo(account);
        photos().add(photo);
        var order =
                new Job.Order(
                                account,
                                photo.id(),
                                "v1;blur(sigma=2)",
                                Job.Purpose.EDIT,
                                Job.Priority.NORMAL,
                                Optional.empty(),
                                "request-1",
                                "us-east",
                                clock.instant(),
                                Optional.empty())
                        .telling(Optional.of("https://" + host()));
        jobs().accept(Job.accepted(new JobId(samples.id()), order), MANY);

        photos().remove(photo.id());

        assertThat(of(account))
                .extracting(d -> d.event().type())
                .containsExactly(Delivery.Type.JOB_CANCELLED);
    }

    @Test
    void batchIsToldOnceWhenItsLastJobHasEnded() {
        var host = host();
        var batch = accepted("https://" + host, 3);
        var all = batches().jobs(batch.id(), Optional.empty(), page(10)).items();
        end(running(all.get(0)), Job.State.SUCCEEDED);
        end(all.get(2), Job.State.CANCELLED);
        assertThat(claim(host)).isEmpty();

        assertThat(jobs().advance(samples.failed(running(all.get(1)), true))).isPresent();

        assertThat(claim(host))
                .singleElement()
                .satisfies(d -> {
                    assertThat(d.event().type()).isEqualTo(Delivery.Type.BATCH_FINISHED);
                    assertThat(d.event().subject()).isEqualTo(batch.id().value());
                });
        assertThat(claim(host)).isEmpty();
        assertThat(of(batch.account())).hasSize(1);
    }

    @Test
    void batchIsToldWithTheTimeOfItsEndHoweverLongItTook() {
        var host = host();
        var batch = accepted("https://" + host, 1);
        var job = batches().jobs(batch.id(), Optional.empty(), page(10)).items().getFirst();
        clock.advance(Duration.ofHours(3));
        var ended = clock.instant();
        end(running(job), Job.State.SUCCEEDED);

        var told = claim(host);

        assertThat(told).hasSize(1);
        assertThat(told.getFirst().event().at()).isAfterOrEqualTo(ended);
        assertThat(Ulids.time(told.getFirst().id().value()))
                .isAfterOrEqualTo(ended.truncatedTo(ChronoUnit.MILLIS));
        assertThat(of(batch.account())).hasSize(1);
    }

    @Test
    void lastJobsThatEndAtOnceTellOfTheirBatchOnce() throws Exception {
        var host = host();
        var batch = accepted("https://" + host, 6);
        var all = new ArrayList<Job>();
        for (var job : batches().jobs(batch.id(), Optional.empty(), page(10)).items())
            all.add(running(job));

        AtOnce.run(6, i -> ended(all.get(i), Job.State.SUCCEEDED).orElseThrow());

        assertThat(claim(host)).hasSize(1);
        assertThat(of(batch.account())).hasSize(1);
    }

    @Test
    void cancelledBatchIsToldOnce() {
        var host = host();
        var batch = accepted("https://" + host, 3);

        batches().cancel(batch);
        batches().cancel(batch);

        assertThat(claim(host)).hasSize(1);
        assertThat(batches().find(batch.id()).orElseThrow().webhook()).isPresent();
    }

    @Test
    void batchWithARetriedJobIsToldAgain() {
        var host = host();
        var batch = accepted("https://" + host, 1);
        var job = batches().jobs(batch.id(), Optional.empty(), page(10)).items().getFirst();
        var failed = jobs().advance(samples.failed(running(job), true)).orElseThrow();
        assertThat(claim(host)).hasSize(1);

        var again = running(jobs().advance(failed.with(Job.Status.NEW)).orElseThrow());
        assertThat(claim(host)).isEmpty();
        end(again, Job.State.SUCCEEDED);

        assertThat(claim(host)).hasSize(1);
        assertThat(of(batch.account())).hasSize(2);
    }

    private Batch accepted(String url, int total) {
        var batch =
                new Batch(
                        new BatchId(samples.id()),
                        samples.accountId(),
                        total,
                        Job.Priority.BULK,
                        Optional.empty(),
                        clock.instant(),
                        Optional.of(url));
        batches().accept(batch, samples.jobs(batch), MANY);
        return batch;
    }
}
