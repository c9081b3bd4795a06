package safelight.archive;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import safelight.base.AccountId;
import safelight.base.Page;
import safelight.base.PhotoId;
import safelight.blobs.Blobs;
import safelight.catalog.Account;
import safelight.catalog.AccountRows;
import safelight.catalog.Job;
import safelight.catalog.JobRows;
import safelight.catalog.Photo;
import safelight.catalog.PhotoRows;
import safelight.catalog.WebhookRows;

/// Where rows and bytes come from or go to, whichever engines hold them.
public record Installation(
        AccountRows accounts, PhotoRows photos, JobRows jobs, WebhookRows webhooks, Blobs blobs) {
    /// Above every id.
    private static final PhotoId TOP = new PhotoId("7" + "z".repeat(25));

    void eachAccount(Consumer<List<Account>> use) {
        pages(accounts::list, use);
    }

    void eachPhoto(AccountId account, Consumer<List<Photo>> use) {
        pages(page -> photos.list(account, page), use);
    }

    List<Photo> hidden(AccountId account) {
        return photos.hiddenBefore(account, TOP).stream()
                .map(photos::find)
                .flatMap(Optional::stream)
                .toList();
    }

    void eachJob(AccountId account, Consumer<List<Job>> use) {
        pages(page -> jobs.list(account, Optional.empty(), page), use);
    }

    private static <T> void pages(Function<Page.Request, Page<T>> list, Consumer<List<T>> use) {
        Optional<String> cursor = Optional.empty();
        do {
            var page = list.apply(new Page.Request(Page.Request.LIMIT_MAX, cursor));
            if (!page.items().isEmpty()) use.accept(page.items());
            cursor = page.next();
        } while (cursor.isPresent());
    }
}
