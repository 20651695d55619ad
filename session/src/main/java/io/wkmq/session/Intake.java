package io.wkmq.session;

import io.wkmq.channel.ChannelLog;
import io.wkmq.channel.Channels;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.Router;
import io.wkmq.routing.ShareGroup;
import io.wkmq.routing.ShareMember;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes an accepted message to all who have a claim on it: the retained messages, a channel, the routes. Thread-safe. */
final class Intake {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final Retained retained;
    private final Channels channels;
    private final Router<ShardSubscribers> router;

    Intake(Retained retained, Channels channels, Router<ShardSubscribers> router) {
        this.retained = retained;
        this.channels = channels;
        this.router = router;
    }

    Router<ShardSubscribers> router() {
        return router;
    }

    /**
     * Takes the message in.
     *
     * @return whether a channel or a subscriber wants it
     */
    boolean take(Message message, HandOver handOver) {
        if (message.retain()) {
            retained.retain(message, handOver);
        }
        ChannelLog channel = channels.capturing(message.topic());
        if (channel != null) {
            append(channel, message, handOver);
        }
        return router.route(message, handOver) || channel != null;
    }

    /** Gives a message that one member of a group could not finish to another one; false if there is none. */
    boolean redispatch(ShareGroup group, Message message, ShareMember left, HandOver handOver) {
        return router.redispatch(group, message, left, handOver);
    }

    private static void append(ChannelLog channel, Message message, HandOver handOver) {
        handOver.expect();
        CompletionStage<Long> appended;
        try {
            appended = channel.append(message);
        } catch (RuntimeException e) {
            appended = CompletableFuture.failedFuture(e); // the hand-over must hear of it
        }
        appended.whenComplete((sequence, failure) -> {
            if (failure == null) {
                handOver.done();
            } else {
                log.debug("A channel did not take {}", message, failure);
                handOver.failed("the topic's channel did not take the message: " + failure.getMessage());
            }
        });
    }
}
