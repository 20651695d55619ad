package io.wkmq.session;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The unanswered SUBSCRIBEs of a shard's durable sessions, which wait for the journal, by subscription; and the options granted
 * before them. Confined to the shard's thread. Bounded by the number of SUBSCRIBEs that connections may have unanswered.
 */
final class OpenSubscribes {
    private Map<Subscription, Open> open = new HashMap<>();

    /** The unanswered SUBSCRIBEs of one subscription. */
    static final class Open {
        private @Nullable SubscriptionOptions granted;
        private int unanswered;

        private Open(@Nullable SubscriptionOptions granted) {
            this.granted = granted;
        }

        /** Returns the options granted last, or null if none have been granted. */
        @Nullable
        SubscriptionOptions granted() {
            return granted;
        }
    }

    /**
     * Records that a SUBSCRIBE changes a subscription. A call of {@link #granted} or {@link #refused} follows, in the order of
     * the SUBSCRIBEs.
     *
     * @param before the options before the change, null if the subscription is new
     */
    void asked(Subscription subscription, @Nullable SubscriptionOptions before) {
        // the first one finds nothing pending, so the options before it have been granted
        open.computeIfAbsent(subscription, first -> new Open(before)).unanswered++;
    }

    /** Records that a SUBSCRIBE is answered with success. */
    void granted(Subscription subscription, SubscriptionOptions options) {
        answered(subscription).granted = options;
    }

    /**
     * Records that a SUBSCRIBE is answered with an error.
     *
     * @return the state to roll back to; null if a later SUBSCRIBE is pending and decides
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
                open = new HashMap<>(); // may have had capacity for many
            }
        }
        return answered;
    }
}
