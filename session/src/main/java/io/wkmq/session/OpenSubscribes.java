package io.wkmq.session;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The SUBSCRIBEs of a shard's durable sessions whose answers wait for the journal, by what they changed; and what their clients had
 * been granted before. Belongs to the shard's thread. As many at most as its connections may have unanswered.
 */
final class OpenSubscribes {
    private Map<Subscription, Open> open = new HashMap<>();

    /** The SUBSCRIBEs of one subscription. */
    static final class Open {
        private @Nullable SubscriptionOptions granted;
        private int unanswered;

        private Open(@Nullable SubscriptionOptions granted) {
            this.granted = granted;
        }

        /** The options that were granted last, or null if the client has not been granted any. */
        @Nullable
        SubscriptionOptions granted() {
            return granted;
        }
    }

    /**
     * A SUBSCRIBE changes a subscription; one of the next two follows, in the order of the SUBSCRIBEs.
     *
     * @param before its options until now, null if it is new
     */
    void asked(Subscription subscription, @Nullable SubscriptionOptions before) {
        // nothing is on the way at the first one, so what there is has been granted
        open.computeIfAbsent(subscription, first -> new Open(before)).unanswered++;
    }

    /** A SUBSCRIBE is answered with success. */
    void granted(Subscription subscription, SubscriptionOptions options) {
        answered(subscription).granted = options;
    }

    /**
     * A SUBSCRIBE is answered with an error.
     *
     * @return what to go back to; null if a later SUBSCRIBE decides
     */
    @Nullable
    Open refused(Subscription subscription) {
        Open answered = answered(subscription);
        return answered.unanswered == 0 ? answered : null;
    }

    private Open answered(Subscription subscription) {
        Open answered = open.get(subscription);
        if (answered == null) {
            throw new IllegalStateException("A SUBSCRIBE to " + subscription.filter() + " is answered once too often");
        }
        if (--answered.unanswered == 0) {
            open.remove(subscription);
            if (open.isEmpty()) {
                open = new HashMap<>(); // it may have had room for many
            }
        }
        return answered;
    }
}
