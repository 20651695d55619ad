package io.wkmq.channel.engine;

import io.wkmq.channel.group.AppendResult;
import io.wkmq.channel.group.AppendResult.PartResult;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.GroupOp.Part;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.storage.CorruptDataException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Appends one node's messages to the channels of one group. Batches messages into operations, keeps several operations in flight, and
 * resends those that are not answered. Messages submitted by one thread enter a channel in order and without duplicates. Thread-safe; its
 * state belongs to its loop.
 *
 * <p>When an operation must be abandoned with its outcome unknown, all operations in flight are abandoned and a new epoch begins: no
 * operation of the old epoch can enter the group's channels after one of the new epoch.
 */
public final class Appender {
    private final UUID producer;
    private final ReplicatedLog log;
    private final EngineLoop loop;
    private final Clock clock;
    private final AppenderOptions options;
    private final long patienceMs;

    private final Queue<Waiting> arriving = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong messages = new AtomicLong();
    private final Histogram batches = Histogram.ofBatches();
    private volatile boolean closed;

    // from here on: confined to the loop
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final ArrayDeque<Open> open = new ArrayDeque<>();
    private long waitingBytes;
    private long epoch;
    private long next = 1;
    private boolean lingering;
    private boolean retrying;
    private boolean watching;

    /** A message that is queued or in flight. Owned by its appender. */
    private static final class Waiting {
        private final int channel;
        private final long size;
        private @Nullable Entry entry; // null once it is part of an operation
        private final CompletableFuture<Appended> done = new CompletableFuture<>();
        private long sinceMs;

        private Waiting(int channel, Entry entry) {
            this.channel = channel;
            this.size = 64L + entry.body().length;
            this.entry = entry;
        }

        /** Hands the entry over to an operation, which owns it from then on. */
        private Entry take() {
            Entry taken = Objects.requireNonNull(entry);
            entry = null;
            return taken;
        }
    }

    /** An operation in flight. Owned by its appender. */
    private static final class Open {
        private final long number;
        private final byte[] op;
        private final List<List<Waiting>> parts;
        private final long sinceMs;
        private int attempt;
        private long sentMs;
        private long oldest; // number of the oldest operation in flight when this was last sent
        private boolean awaited; // whether the last attempt may still be answered
        private boolean ended;

        private Open(long number, byte[] op, List<List<Waiting>> parts, long sinceMs) {
            this.number = number;
            this.op = op;
            this.parts = parts;
            this.sinceMs = sinceMs;
        }
    }

    /**
     * Creates an appender.
     *
     * @param producer identifies this incarnation of the node in this group; must never be reused
     */
    public Appender(UUID producer, ReplicatedLog log, EngineLoop loop, Clock clock, AppenderOptions options) {
        this.producer = producer;
        this.log = log;
        this.loop = loop;
        this.clock = clock;
        this.options = options;
        this.patienceMs = Math.max(options.attemptMs(), options.deadlineMs() - options.attemptMs());
    }

    /**
     * Appends a message. The stage completes normally once the outcome is durable; it fails with an {@link OverloadedException} if the
     * message was not appended and will not be, or with an {@link IndeterminateException} if that is unknown. It completes on the
     * appender's loop, which must not be blocked.
     */
    public CompletionStage<Appended> append(int channel, Entry entry) {
        Waiting message = new Waiting(channel, entry);
        long size = message.size;
        long before = bytes.getAndAdd(size);
        if (before > 0 && before + size > options.bytesMax()) {
            bytes.addAndGet(-size);
            return CompletableFuture.failedFuture(new OverloadedException(
                    before + " bytes wait to be appended; expected at most " + options.bytesMax()));
        }
        messages.incrementAndGet();
        arriving.add(message);
        wake();
        if (closed) {
            refuseArriving();
        }
        return message.done;
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            try {
                loop.execute(this::arrive);
            } catch (RejectedExecutionException e) {
                closed = true; // everything that arrives is refused, this message included
            }
        }
    }

    /** Returns the total size of the messages queued or in flight, in bytes. */
    public long bytes() {
        return bytes.get();
    }

    /** Returns the number of messages queued or in flight. */
    public long messages() {
        return messages.get();
    }

    /** Returns a histogram of the number of messages per operation. */
    Histogram batches() {
        return batches;
    }

    private void release(Waiting message) {
        bytes.addAndGet(-message.size);
        messages.decrementAndGet();
    }

    /** Abandons what is in flight and refuses everything from then on. Must be called on the loop. */
    public void close() {
        closed = true;
        refuseArriving();
        waiting.forEach(this::refuse);
        waiting.clear();
        giveUp("The channels are closed", null);
    }

    private void refuseArriving() {
        for (Waiting message = arriving.poll(); message != null; message = arriving.poll()) {
            refuse(message);
        }
    }

    private void refuse(Waiting message) {
        release(message);
        message.done.completeExceptionally(new OverloadedException("The channels are closed"));
    }

    private void arrive() {
        woken.set(false); // reset first, so that a message that arrives meanwhile schedules another run
        if (closed) {
            refuseArriving();
            return;
        }
        long now = loop.nowMs();
        for (Waiting message = arriving.poll(); message != null; message = arriving.poll()) {
            message.sinceMs = now;
            waiting.add(message);
            waitingBytes += message.size;
        }
        sendDue();
    }

    private void sendDue() {
        expire();
        while (!waiting.isEmpty() && !retrying && open.size() < options.inFlightMax() && due()) {
            Open operation = gather();
            open.add(operation);
            send(operation);
        }
        watch();
    }

    /** Returns whether to send the next batch now rather than linger for more messages. */
    private boolean due() {
        if (open.isEmpty() || waiting.size() >= options.batchMessages() || waitingBytes >= options.batchBytes()) {
            return true;
        }
        long leftMs = waiting.element().sinceMs + options.lingerMs() - loop.nowMs();
        if (leftMs > 0 && !lingering) {
            lingering = true;
            loop.after(leftMs, () -> {
                lingering = false;
                sendDue();
            });
        }
        return leftMs <= 0;
    }

    private Open gather() {
        long sinceMs = waiting.element().sinceMs;
        Map<Integer, List<Waiting>> byChannel = new LinkedHashMap<>();
        long size = 0;
        int count = 0;
        for (; count < options.batchMessages() && !waiting.isEmpty(); count++) {
            size += waiting.element().size;
            if (count > 0 && size > options.batchBytes()) {
                break;
            }
            Waiting message = waiting.remove();
            waitingBytes -= message.size;
            byChannel
                    .computeIfAbsent(message.channel, channel -> new ArrayList<>())
                    .add(message);
        }
        List<Part> parts = new ArrayList<>(byChannel.size());
        byChannel.forEach((channel, those) ->
                parts.add(new Part(channel, those.stream().map(Waiting::take).toList())));
        batches.record(count);
        OpId id = new OpId(producer, epoch, next++);
        byte[] op = OpCodec.encode(new GroupOp.Append(id, clock.millis(), parts));
        return new Open(id.number(), op, List.copyOf(byChannel.values()), sinceMs);
    }

    private void send(Open operation) {
        int attempt = ++operation.attempt;
        operation.sentMs = loop.nowMs();
        operation.oldest = open.element().number;
        operation.awaited = true;
        long oldest = operation.oldest;
        log.propose(operation.op)
                .whenComplete(
                        (answer, failure) -> loop.execute(() -> answered(operation, attempt, oldest, answer, failure)));
    }

    private void answered(
            Open operation, int attempt, long oldest, byte @Nullable [] answer, @Nullable Throwable failure) {
        if (operation.ended) {
            return;
        }
        if (failure instanceof LogClosedException) {
            giveUp("Nothing gets into the channels' log any more: " + failure.getMessage(), failure);
        } else if (answer == null) {
            again(operation, attempt);
        } else {
            try {
                answered(operation, attempt, oldest, StateCodec.decodeResult(answer));
            } catch (CorruptDataException e) {
                giveUp("An operation was answered with what makes no sense: " + e.getMessage(), e);
            }
        }
    }

    private void answered(Open operation, int attempt, long oldest, AppendResult result) {
        if (result instanceof AppendResult.Done done) {
            complete(operation, done);
        } else if (result instanceof AppendResult.OutOfOrder missing) {
            if (missing.expected() < oldest) {
                giveUp("The group has forgotten this node", null);
            } else {
                again(operation, attempt);
            }
        } else if (result instanceof AppendResult.Fenced fenced) {
            epoch = Math.max(epoch, fenced.epoch());
            giveUp("The group knows epoch " + fenced.epoch() + " of this node", null);
        } else {
            open.remove(operation);
            fail(operation, new IndeterminateException("The message was appended, but not where is known", null));
            sendDue();
        }
    }

    private void complete(Open operation, AppendResult.Done done) {
        operation.ended = true;
        open.remove(operation);
        for (int i = 0; i < operation.parts.size(); i++) {
            List<Waiting> messages = operation.parts.get(i);
            PartResult result = done.parts().get(i);
            for (int j = 0; j < messages.size(); j++) {
                Waiting message = messages.get(j);
                release(message);
                message.done.complete(new Appended(result.outcome(j), result.seqs()[j], result.timeMs(), done.term()));
            }
        }
        sendDue();
    }

    /** Marks an attempt as failed and schedules a resend after a pause. */
    private void again(Open operation, int attempt) {
        if (attempt != operation.attempt || !operation.awaited) {
            return; // already marked
        }
        operation.awaited = false;
        if (!retrying) {
            retrying = true;
            loop.after(options.pauseMs(), this::retry);
        }
    }

    private void retry() {
        retrying = false;
        for (Open operation : List.copyOf(open)) {
            if (!operation.awaited) {
                send(operation);
            }
        }
        sendDue();
    }

    /** Schedules a periodic check for timeouts. */
    private void watch() {
        if (!watching && !(open.isEmpty() && waiting.isEmpty())) {
            watching = true;
            loop.after(Math.max(1, options.attemptMs() / 4), () -> {
                watching = false;
                look();
                sendDue();
            });
        }
    }

    private void look() {
        long now = loop.nowMs();
        if (!open.isEmpty() && now - open.element().sinceMs >= options.deadlineMs()) {
            giveUp("The group did not answer for " + options.deadlineMs() + " ms", null);
        }
        for (Open operation : open) {
            if (operation.awaited && now - operation.sentMs >= options.attemptMs()) {
                again(operation, operation.attempt);
            }
        }
    }

    /** Refuses messages that have waited so long that no time is left for an attempt: they would be abandoned while in flight. */
    private void expire() {
        long now = loop.nowMs();
        while (!waiting.isEmpty() && now - waiting.element().sinceMs >= patienceMs) {
            Waiting message = waiting.remove();
            waitingBytes -= message.size;
            release(message);
            message.done.completeExceptionally(new OverloadedException(
                    "A message waited for " + patienceMs + " ms behind others and was not appended"));
        }
    }

    private void giveUp(String reason, @Nullable Throwable cause) {
        List<Open> given = List.copyOf(open);
        open.clear();
        epoch++;
        next = 1;
        given.forEach(operation -> fail(operation, new IndeterminateException(reason, cause)));
        sendDue();
    }

    private void fail(Open operation, IndeterminateException failure) {
        operation.ended = true;
        for (List<Waiting> messages : operation.parts) {
            for (Waiting message : messages) {
                release(message);
                message.done.completeExceptionally(failure);
            }
        }
    }
}
