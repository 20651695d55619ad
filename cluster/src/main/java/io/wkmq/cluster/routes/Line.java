package io.wkmq.cluster.routes;

import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.routes.protocol.RouteMessage;
import io.wkmq.cluster.routes.protocol.RouteMessage.Noted;
import io.wkmq.cluster.routes.protocol.V1;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.NodeId;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks other nodes, and brings what they answer back to the thread that the routes are replicated on. Thread-safe. */
final class Line {
    private static final Logger log = LoggerFactory.getLogger(Line.class);

    private final Messenger messenger;
    private final Executor loop;
    private final LogLimit logLimit = new LogLimit();

    Line(Messenger messenger, Executor loop) {
        this.messenger = messenger;
        this.loop = loop;
    }

    /** Asks a node; exactly one of the two is called, later and on the loop. */
    <T extends RouteMessage> void ask(
            NodeId node, RouteMessage request, Class<T> expected, Consumer<T> answered, Runnable unanswered) {
        messenger
                .ask(node, Service.ROUTES, V1.encode(request))
                .whenComplete((bytes, failure) -> loop.execute(() -> {
                    RouteMessage answer = failure == null ? read(node, bytes) : null;
                    if (expected.isInstance(answer)) {
                        answered.accept(expected.cast(answer));
                    } else {
                        if (answer != null && !(answer instanceof Noted)) {
                            logLimit.log(
                                    node,
                                    leftOut -> log.warn(
                                            "A node answered about routes with a {}, expected a {}, node={} left_out={}",
                                            answer.getClass().getSimpleName(),
                                            expected.getSimpleName(),
                                            node,
                                            leftOut));
                        }
                        unanswered.run();
                    }
                }));
    }

    private @Nullable RouteMessage read(NodeId node, byte[] bytes) {
        try {
            return V1.decode(bytes);
        } catch (MalformedMessageException e) {
            logLimit.log(
                    node,
                    leftOut ->
                            log.warn("An answer about routes cannot be read, node={} left_out={}", node, leftOut, e));
            return null;
        }
    }
}
