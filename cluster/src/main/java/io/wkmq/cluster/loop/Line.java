package io.wkmq.cluster.loop;

import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.NodeId;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's channel to other nodes: encodes its requests, and decodes the answers on its own event loop. Thread-safe; does not
 * block.
 *
 * @param <M> the service's messages
 */
public final class Line<M> {
    private static final Logger LOG = LoggerFactory.getLogger(Line.class);

    private final Messenger messenger;
    private final Words<M> words;
    private final Executor loop;
    private final LogLimit logLimit = new LogLimit();

    /**
     * The protocol of a service.
     *
     * @param service the service on the other nodes
     * @param about what the messages are about, for the log
     * @param encode encodes a message
     * @param decode decodes a message
     * @param noted the type of an answer that only confirms a request
     */
    public record Words<T>(
            Service service, String about, Function<T, byte[]> encode, Decoder<T> decode, Class<? extends T> noted) {}

    /** Decodes messages. */
    public interface Decoder<T> {
        /**
         * Decodes a message.
         *
         * @throws MalformedMessageException if the bytes are not a message
         */
        T decode(byte[] bytes) throws MalformedMessageException;
    }

    /** Creates a line whose callbacks run on the loop. */
    public Line(Messenger messenger, Words<M> words, Executor loop) {
        this.messenger = messenger;
        this.words = words;
        this.loop = loop;
    }

    /** Asks a node. Exactly one of the two callbacks is called, later and on the loop. */
    public <T extends M> void ask(
            NodeId node, M request, Class<T> expected, Consumer<T> answered, Runnable unanswered) {
        askEncoded(node, words.encode.apply(request), expected, answered, unanswered);
    }

    /** Like {@link #ask}, with a message that is encoded already. */
    public <T extends M> void askEncoded(
            NodeId node, byte[] request, Class<T> expected, Consumer<T> answered, Runnable unanswered) {
        messenger
                .ask(node, words.service, request)
                .whenComplete((bytes, failure) -> loop.execute(() -> {
                    M answer = failure == null ? read(node, bytes) : null;
                    if (expected.isInstance(answer)) {
                        answered.accept(expected.cast(answer));
                    } else {
                        if (answer != null && !words.noted.isInstance(answer)) {
                            logLimit.log(
                                    node,
                                    leftOut -> LOG.warn(
                                            "A node answered about {} with a {}, expected a {}, node={} left_out={}",
                                            words.about,
                                            answer.getClass().getSimpleName(),
                                            expected.getSimpleName(),
                                            node,
                                            leftOut));
                        }
                        unanswered.run();
                    }
                }));
    }

    private @Nullable M read(NodeId node, byte[] bytes) {
        try {
            return words.decode.decode(bytes);
        } catch (MalformedMessageException e) {
            logLimit.log(
                    node,
                    leftOut -> LOG.warn(
                            "An answer about {} cannot be read, node={} left_out={}", words.about, node, leftOut, e));
            return null;
        }
    }
}
