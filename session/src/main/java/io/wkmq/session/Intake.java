package io.wkmq.session;

import io.wkmq.channel.ChannelLog;
import io.wkmq.channel.Channels;
import io.wkmq.channel.NotAppendedException;
import io.wkmq.channel.Receipt;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Router;
import io.wkmq.routing.ShareGroup;
import io.wkmq.routing.ShareMember;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes an accepted message to everything that may want it: the retained messages, a channel, and the router. Thread-safe. */
final class Intake {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final Retained retained;
    private final Channels channels;
    private final Router<ShardSubscribers> router;
    private final RareWarning warning;
    private final AtomicInteger appending = new AtomicInteger();

    Intake(Retained retained, Channels channels, Router<ShardSubscribers> router, Clock clock) {
        this.retained = retained;
        this.channels = channels;
        this.router = router;
        this.warning = new RareWarning(log, clock);
    }

    /** Returns whether channel appends are pending, whose messages go to subscribers afterwards. */
    boolean appending() {
        return appending.get() > 0;
    }

    Router<ShardSubscribers> router() {
        return router;
    }

    /**
     * Takes in a client's message. If a channel captures it, subscribers get it only after the channel has stored it: no
     * subscriber sees a message that could still be lost, and subscribers get the messages of one client in channel order.
     *
     * @param shard the client's shard, on whose thread this is called
     * @param userName the client's user, or null
     * @return whether a channel or a subscriber wants the message
     */
    boolean take(Message message, HandOver handOver, Shard shard, @Nullable String userName) {
        ChannelLog channel = channels.capturing(message.topic());
        if (channel == null) {
            return give(message, handOver);
        }
        String scope = userName == null ? "client:" + message.publisher() : "user:" + userName;
        append(channel, message, scope, handOver, shard);
        return true;
    }

    /**
     * Takes in a message that bypasses channels.
     *
     * @return whether a subscriber wants the message
     */
    boolean give(Message message, HandOver handOver) {
        if (message.retain()) {
            retained.retain(message, handOver);
        }
        return router.route(message, handOver);
    }

    /** Passes a message that a share group member could not finish to another member; returns false if there is none. */
    boolean redispatch(ShareGroup group, Message message, ShareMember left, HandOver handOver) {
        return router.redispatch(group, message, left, handOver);
    }

    private void append(ChannelLog channel, Message message, String scope, HandOver handOver, Shard shard) {
        handOver.expect();
        appending.incrementAndGet();
        CompletionStage<Receipt> stage;
        try {
            stage = channel.append(message, scope);
        } catch (RuntimeException e) {
            stage = CompletableFuture.failedFuture(e); // the hand-over must hear of it
        }
        stage.whenComplete((receipt, failure) -> shard.mailbox().post(() -> {
            try {
                if (failure == null) {
                    appended(message, receipt, handOver);
                } else {
                    notAppended(message, failure, handOver, shard);
                }
            } finally {
                appending.decrementAndGet();
            }
        }));
    }

    /** Called on the publisher's shard. */
    private void appended(Message message, Receipt receipt, HandOver handOver) {
        if (handOver instanceof InboundPublish publish) {
            publish.receipt = receipt;
        }
        boolean given = false;
        try {
            // the receipt is only attached if somebody gets the message
            if (message.retain() || router.wanted(message.topic())) {
                give(message, receipt, handOver);
            }
            given = true;
        } finally {
            if (given) {
                handOver.done();
            } else {
                handOver.failed("an internal error, see the log");
            }
        }
    }

    /** Also passes on duplicates: a publisher that resends cannot know whether all subscribers got the first copy. */
    private void give(Message message, Receipt receipt, HandOver handOver) {
        Message placed = receipt.on(message);
        if (receipt.duplicate() && message.retain() && outdated(placed, receipt)) {
            router.route(placed, handOver);
        } else {
            give(placed, handOver);
        }
    }

    /** Returns whether the topic's retained message or removal is later in the channel than this message. */
    private boolean outdated(Message message, Receipt receipt) {
        Message kept = retained.find(message.topic());
        return kept != null && receipt.before(kept);
    }

    /** Called on the publisher's shard. */
    private void notAppended(Message message, Throwable failure, HandOver handOver, Shard shard) {
        String why = String.valueOf(failure.getMessage());
        warning.warn("Channels do not take messages at the moment topic={} reason=\"{}\"", message.topic(), why);
        boolean conflict =
                failure instanceof NotAppendedException known && known.reason() == NotAppendedException.Reason.CONFLICT;
        if (handOver instanceof InboundPublish publish) {
            publish.refusal = conflict ? ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR : ReasonCode.QUOTA_EXCEEDED;
        } else if (handOver == HandOver.NONE && !conflict) {
            give(message, handOver); // QoS 0 or a will: there is nobody to tell who would send it again
            return;
        } else {
            shard.counts().increment(Counts.REFUSED);
        }
        handOver.failed(why);
    }
}
