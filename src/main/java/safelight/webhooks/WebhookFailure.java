package safelight.webhooks;

import safelight.base.Failure;
import safelight.base.Problem;

/// What cannot be done with webhooks.
public abstract sealed class WebhookFailure extends Failure {
    private static final long serialVersionUID = 1L;

    private WebhookFailure(Problem problem) {
        super(problem);
    }

    /// There is no such delivery, or it is another account's; which of them is not said.
    public static final class Unknown extends WebhookFailure {
        private static final long serialVersionUID = 1L;

        /// For an id that names nothing the account may see.
        public Unknown() {
            super(
                    Problem.of(
                            "SL-WEBHOOK-01",
                            404,
                            "No such delivery",
                            "There is no such delivery."));
        }
    }
}
