package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Answerer;
import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.membership.UnreachableException;
import io.wkmq.routing.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests and answers as one-way messages. Hazelcast's own invocations are not used: each of their callbacks may start a thread, and their
 * timeouts and retries are not under our control.
 *
 * <p>Hazelcast queues what a connection does not accept at once, without a bound. The bound is here: at most {@value #REQUESTS_MAX}
 * requests of {@value #BYTES_MAX} bytes in total await answers; a request beyond that fails at once. A sender of many requests waits for
 * answers before it sends more.
 *
 * <p>Thread-safe. Answers complete on Hazelcast's threads, timeouts on the thread that calls {@link #expire}.
 */
final class OperationMessenger implements Messenger {
    static final int REQUESTS_MAX = 16_384;
    static final long BYTES_MAX = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(OperationMessenger.class);

    private static final int REASON_CHARS_MAX = 300;

    private final BiPredicate<NodeId, MessageOperation> wire;
    private final long timeoutNanos;
    private final LongSupplier nanoTime;
    private final Map<Integer, Answerer> answerers = new ConcurrentHashMap<>();
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
    private final LogLimit logLimit = new LogLimit();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong numbers = new AtomicLong();

    /**
     * Creates a messenger over a wire.
     *
     * @param wire sends a message to a node; returns false if the node is not present
     * @param nanoTime the clock, as {@link System#nanoTime}
     */
    OperationMessenger(BiPredicate<NodeId, MessageOperation> wire, Duration timeout, LongSupplier nanoTime) {
        this.wire = wire;
        this.timeoutNanos = timeout.toNanos();
        this.nanoTime = nanoTime;
    }

    @Override
    public CompletionStage<byte[]> ask(NodeId node, Service service, byte[] request) {
        return ask(node, service.code(), request);
    }

    @Override
    public void answer(Service service, Answerer answerer) {
        answer(service.code(), answerer);
    }

    CompletionStage<byte[]> ask(NodeId node, int service, byte[] request) {
        if (request.length > MESSAGE_BYTES_MAX) {
            IllegalArgumentException tooBig = new IllegalArgumentException("A request to node " + node + " has "
                    + request.length + " bytes; expected up to " + MESSAGE_BYTES_MAX);
            notSent(node, service, tooBig);
            return CompletableFuture.failedFuture(tooBig);
        }
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        if (!admit(request.length)) {
            answer.completeExceptionally(new UnreachableException(
                    node,
                    "too much waits for answers already (" + requests.get() + " requests, " + bytes.get() + " bytes)"));
            return answer;
        }
        long number = numbers.incrementAndGet();
        Pending waiting = new Pending(node, answer, request.length, nanoTime.getAsLong());
        pending.put(number, waiting);
        try {
            if (!wire.test(node, new MessageOperation(MessageOperation.REQUEST, service, number, request))) {
                fail(number, "it is not here");
            }
        } catch (RuntimeException e) { // the caller relies on the returned stage
            notSent(node, service, e);
            fail(number, "the request could not be sent: " + e);
        }
        return answer;
    }

    private void notSent(NodeId node, int service, RuntimeException why) {
        logLimit.log(
                node,
                leftOut -> LOG.error(
                        "A request could not be sent, node={} service={} left_out={}", node, service, leftOut, why));
    }

    private boolean admit(int length) {
        long requestsNow = requests.incrementAndGet();
        long bytesNow = bytes.addAndGet(length);
        if (requestsNow <= REQUESTS_MAX && bytesNow <= BYTES_MAX) {
            return true;
        }
        requests.decrementAndGet();
        bytes.addAndGet(-length);
        return false;
    }

    void answer(int service, Answerer answerer) {
        if (answerers.putIfAbsent(service, answerer) != null) {
            throw new IllegalStateException("Service " + service + " has an answerer already; expected one");
        }
    }

    /** Processes a message from another node. */
    void received(NodeId from, MessageOperation message) {
        switch (message.kind()) {
            case MessageOperation.REQUEST -> answer(from, message);
            case MessageOperation.ANSWER -> settle(from, message, null);
            case MessageOperation.FAILURE -> settle(from, message, new String(message.body(), StandardCharsets.UTF_8));
            default ->
                logLimit.log(
                        from,
                        leftOut -> LOG.warn(
                                "Dropped a message of a kind that is unknown, node={} kind={} left_out={}",
                                from,
                                message.kind(),
                                leftOut));
        }
    }

    private void answer(NodeId from, MessageOperation request) {
        Answerer answerer = answerers.get(request.service());
        if (answerer == null) {
            refuse(from, request, "it has no service " + request.service());
            return;
        }
        CompletionStage<byte[]> answer;
        try {
            answer = answerer.answer(from, request.body());
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedStage(e);
        }
        answer.whenComplete((body, failure) -> {
            if (failure != null) {
                logLimit.log(
                        from,
                        leftOut -> LOG.warn(
                                "A request got no answer, node={} service={} left_out={}",
                                from,
                                request.service(),
                                leftOut,
                                failure));
                refuse(from, request, "it failed: " + failure);
            } else if (body.length > MESSAGE_BYTES_MAX) {
                logLimit.log(
                        from,
                        leftOut -> LOG.error(
                                "An answer is too big, node={} service={} bytes={} max={} left_out={}",
                                from,
                                request.service(),
                                body.length,
                                MESSAGE_BYTES_MAX,
                                leftOut));
                refuse(from, request, "its answer has " + body.length + " bytes; expected up to " + MESSAGE_BYTES_MAX);
            } else {
                reply(from, request, MessageOperation.ANSWER, body);
            }
        });
    }

    private void refuse(NodeId to, MessageOperation request, String reason) {
        String text = reason.length() > REASON_CHARS_MAX ? reason.substring(0, REASON_CHARS_MAX) : reason;
        reply(to, request, MessageOperation.FAILURE, text.getBytes(StandardCharsets.UTF_8));
    }

    private void reply(NodeId to, MessageOperation request, byte kind, byte[] body) {
        if (!wire.test(to, new MessageOperation(kind, request.service(), request.number(), body))) {
            LOG.debug("A node went before it got its answer, node={} service={}", to, request.service());
        }
    }

    private void settle(NodeId from, MessageOperation answer, @Nullable String failure) {
        Pending waiting = pending.get(answer.number());
        if (waiting == null || !waiting.node.equals(from)) {
            LOG.debug("Dropped an answer that came too late, node={} service={}", from, answer.service());
        } else if (failure != null) {
            fail(answer.number(), failure);
        } else if (release(answer.number())) {
            waiting.answer.complete(answer.body());
        }
    }

    /** Fails the requests to a node that is gone. */
    void gone(NodeId node) {
        failIf(waiting -> waiting.node.equals(node), "it is gone");
    }

    /** Fails the requests whose time is up. Called periodically. */
    void expire() {
        long now = nanoTime.getAsLong();
        failIf(
                waiting -> now - waiting.since >= timeoutNanos,
                "it did not answer within " + Duration.ofNanos(timeoutNanos));
    }

    /** Fails all pending requests. */
    void close() {
        failIf(waiting -> true, "this node stops");
    }

    private void failIf(Predicate<Pending> condition, String reason) {
        Iterator<Map.Entry<Long, Pending>> each = pending.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Long, Pending> entry = each.next();
            if (condition.test(entry.getValue())) {
                fail(entry.getKey(), reason);
            }
        }
    }

    private void fail(long number, String reason) {
        Pending waiting = pending.get(number);
        if (waiting != null && release(number)) {
            waiting.answer.completeExceptionally(new UnreachableException(waiting.node, reason));
        }
    }

    /** Returns whether this call removed the request; only then may the caller complete its answer. */
    private boolean release(long number) {
        Pending taken = pending.remove(number);
        if (taken == null) {
            return false;
        }
        requests.decrementAndGet();
        bytes.addAndGet(-taken.length);
        return true;
    }

    private record Pending(NodeId node, CompletableFuture<byte[]> answer, int length, long since) {}
}
