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

/** Takes an accepted message to all who have a claim on it: the retained messages, a channel, the routes. Thread-safe. */
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

    /** Whether messages are on their way into channels, which subscribers are to get then. */
    boolean appending() {
        return appending.get() > 0;
    }

    Router<ShardSubscribers> router() {
        return router;
    }

    /**
     * Takes the message of a client in. If a channel captures it, the others get it once the channel has it: nobody sees what could
     * still be lost, and the messages of one client come to subscribers in the order that they have in the channel.
     *
     * @param shard the client's, on whose thread this is called
     * @param userName the client's, or null
     * @return whether a channel or a subscriber wants it
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
     * Takes a message in that no channel gets.
     *
     * @return whether a subscriber wants it
     */
    boolean give(Message message, HandOver handOver) {
        if (message.retain()) {
            retained.retain(message, handOver);
        }
        return router.route(message, handOver);
    }

    /** Gives a message that one member of a group could not finish to another one; false if there is none. */
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

    /** On the publisher's shard. */
    private void appended(Message message, Receipt receipt, HandOver handOver) {
        if (handOver instanceof InboundPublish publish) {
            publish.receipt = receipt;
        }
        boolean given = false;
        try {
            // its place is only written for somebody who gets it
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

    /** Also one that is there already: who sent it once more cannot know whether all others got it the first time. */
    private void give(Message message, Receipt receipt, HandOver handOver) {
        Message placed = receipt.on(message);
        if (receipt.duplicate() && message.retain() && outdated(placed, receipt)) {
            router.route(placed, handOver);
        } else {
            give(placed, handOver);
        }
    }

    /** Whether what is retained, or that it was removed, came behind it in its channel. */
    private boolean outdated(Message message, Receipt receipt) {
        Message kept = retained.find(message.topic());
        return kept != null && receipt.before(kept);
    }

    /** On the publisher's shard. */
    private void notAppended(Message message, Throwable failure, HandOver handOver, Shard shard) {
        String why = String.valueOf(failure.getMessage());
        warning.warn("Channels do not take messages at the moment topic={} reason=\"{}\"", message.topic(), why);
        boolean conflict =
                failure instanceof NotAppendedException known && known.reason() == NotAppendedException.Reason.CONFLICT;
        if (handOver instanceof InboundPublish publish) {
            publish.refusal = conflict ? ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR : ReasonCode.QUOTA_EXCEEDED;
        } else if (handOver == HandOver.NONE && !conflict) {
            give(message, handOver); // QoS 0 or a will: nobody is told, nobody would send it again
            return;
        } else {
            shard.counts().increment(Counts.REFUSED);
        }
        handOver.failed(why);
    }
}
