package safelight.sql;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// The statements that have to stay fast with a million rows, each with its index.
final class HotQueries {
    private HotQueries() {}

    static Stream<Arguments> all() {
        return Stream.of(
                        "job_outbox         | SELECT * FROM job WHERE is_open = 1 AND dispatched_at IS NULL"
                                + " ORDER BY id LIMIT 9",
                        "job_dispatched     | SELECT id FROM job WHERE is_open = 1 AND dispatched_at IS NOT"
                                + " NULL AND dispatched_at < ? AND changed_at < ? ORDER BY dispatched_at"
                                + " LIMIT 9",
                        "job_open_alone     | SELECT COUNT(*) AS jobs, COALESCE(SUM(cost), 0) AS cost FROM"
                                + " (SELECT cost, bytes FROM job WHERE account = ? AND is_open = 1"
                                + " AND purpose <> 'THUMBNAIL' AND batch IS NULL LIMIT 9) AS own",
                        "job_open_in_batch  | SELECT COUNT(*) AS jobs, COALESCE(SUM(cost), 0) AS cost FROM"
                                + " (SELECT cost, bytes FROM job WHERE account = ? AND is_open = 1"
                                + " AND batch IS NOT NULL LIMIT 9) AS own",
                        "job_waiting        | SELECT * FROM job WHERE is_open = 1 AND dispatched_at IS NULL"
                                + " AND priority = ? AND account = ? ORDER BY id LIMIT 9",
                        "job_waiting        | SELECT MIN(account) FROM job WHERE is_open = 1 AND"
                                + " dispatched_at IS NULL AND priority = ? AND account > ?",
                        "job_dead_account   | SELECT * FROM job WHERE state = 'FAILED' AND error_retryable"
                                + " = 1 AND account = ? AND id < ? ORDER BY id DESC LIMIT 9",
                        "job_batch          | SELECT * FROM job WHERE batch = ? AND id < ? ORDER BY id DESC"
                                + " LIMIT 9",
                        "batch_account      | SELECT * FROM batch WHERE account = ? AND id < ? ORDER BY id"
                                + " DESC LIMIT 9",
                        "batch_idempotency  | SELECT * FROM batch WHERE account = ? AND idempotency_key = ?",
                        "job_account        | SELECT * FROM job WHERE account = ? AND purpose ="
                                + " 'EDIT' AND id < ? ORDER BY id DESC LIMIT 9",
                        "job_account_state  | SELECT * FROM job WHERE account = ? AND state = ? AND purpose"
                                + " = 'EDIT' AND id < ? ORDER BY id DESC LIMIT 9",
                        "job_dead           | SELECT * FROM job WHERE state = 'FAILED' AND error_retryable"
                                + " = 1 AND id < ? ORDER BY id DESC LIMIT 9",
                        "job_worker         | SELECT * FROM job WHERE state = 'RUNNING' AND worker = ?",
                        "job_photo          | SELECT * FROM job WHERE photo = ? AND is_open = 1",
                        "job_result         | UPDATE job SET result = NULL WHERE result = ?",
                        "job_idempotency    | SELECT * FROM job WHERE account = ? AND idempotency_key = ?",
                        "job_event_account  | SELECT sequence, job FROM job_event WHERE account = ? AND"
                                + " sequence > ? ORDER BY sequence LIMIT 9",
                        "photo_account      | SELECT * FROM photo WHERE account = ? AND id < ? ORDER BY id"
                                + " DESC LIMIT 9",
                        "photo_origin       | SELECT photo.id FROM photo WHERE origin_photo = ?",
                        "upload_account     | SELECT COUNT(*) AS n FROM upload WHERE account = ? AND done ="
                                + " 0",
                        "upload_expires     | SELECT id FROM upload WHERE expires_at < ? ORDER BY"
                                + " expires_at LIMIT 9",
                        "account_avatar     | SELECT 1 FROM account WHERE avatar = ?",
                        "session_seen       | DELETE FROM session WHERE created_at < ? OR seen_at < ?")
                .map(line -> line.split("\\|", 2))
                .map(both -> Arguments.of(both[0].strip(), both[1].strip()));
    }
}
