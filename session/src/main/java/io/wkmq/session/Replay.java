package io.wkmq.session;

import io.wkmq.channel.Receipt;
import io.wkmq.channel.engine.ChannelGoneException;
import io.wkmq.channel.engine.ChannelReader;
import io.wkmq.channel.engine.CursorRefusedException;
import io.wkmq.channel.engine.GroupSeat;
import io.wkmq.channel.engine.HeldCursor;
import io.wkmq.channel.engine.IndeterminateException;
import io.wkmq.channel.engine.MessageEntries;
import io.wkmq.channel.engine.OverloadedException;
import io.wkmq.channel.engine.ReadBatch;
import io.wkmq.channel.engine.RecordSource;
import io.wkmq.channel.engine.ReplicaBehindException;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replay of one channel to one client. Reads a batch of records, and the next batch while the first is being sent, but no
 * further. Existing and future records are handled alike, each once. Confined to the session's shard.
 */
final class Replay {
    private static final int RECORDS_MAX = 512;
    private static final long BYTES_MAX = 128 << 10;
    private static final int SHARED_MAX = 16;
    private static final int SHARED_PART = 4;

    /** The delay before retrying to open the channel. */
    private static final long AGAIN_MS = 1000;

    private static final Logger log = LoggerFactory.getLogger(Replay.class);

    private final Session session;
    private final Shard shard;
    private final ReplayRequest request;
    private final ArrayDeque<ChannelRecord> read = new ArrayDeque<>();
    private List<ChannelRecord> ahead = List.of(); // the records after those in read
    private ReadBatch.@Nullable Gap aheadGap; // in front of the records in ahead
    private @Nullable Throwable trouble; // why nothing can be read beyond those
    private @Nullable RecordSource source;
    private ReadBatch.@Nullable Gap gap; // in front of the records in read, not reported to the client yet
    private @Nullable ReplayProgress progress; // set if there is a cursor or a group
    private boolean waiting; // for its channel; already logged
    private boolean ended;

    Replay(Session session, Shard shard, ReplayRequest request) {
        this.session = session;
        this.shard = shard;
        this.request = request;
    }

    void begin() {
        request.source().get().whenComplete((opened, failure) -> shard.mailbox().post(() -> opened(opened, failure)));
    }

    private void opened(@Nullable RecordSource opened, @Nullable Throwable failure) {
        if (opened == null) {
            notOpened(
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
        } else if (ended) {
            opened.close();
        } else {
            source = opened;
            follow(opened);
            readOn(opened);
        }
    }

    /** Retries after errors that may be transient, such as too few nodes, for as long as the client is connected. */
    private void notOpened(@Nullable Throwable reason) {
        if (ended) {
            return;
        }
        boolean mayPass = reason instanceof OverloadedException
                || reason instanceof IndeterminateException
                || reason instanceof ReplicaBehindException;
        if (!mayPass) {
            failed(reason);
            return;
        }
        if (!waiting) {
            waiting = true;
            log.info(
                    "A replay waits for its channel client={} filter={} reason={}",
                    session.clientId(),
                    request.filter(),
                    String.valueOf(reason));
        }
        shard.executor().schedule(this::beginAgain, AGAIN_MS);
    }

    private void beginAgain() {
        if (!ended) {
            begin();
        }
    }

    private void follow(RecordSource opened) {
        HeldCursor cursor = opened instanceof ChannelReader reader ? reader.cursor() : null;
        if (cursor != null) {
            progress = new CursorProgress(cursor);
            cursor.whenLost(() -> shard.mailbox().post(this::lost));
        } else if (opened instanceof GroupSeat seat) {
            progress = new GroupProgress(seat);
            seat.whenEnded(() -> shard.mailbox().post(this::lost));
        }
    }

    private void readOn(RecordSource from) {
        from.read(from instanceof GroupSeat ? shared() : RECORDS_MAX, BYTES_MAX)
                .whenComplete((batch, failure) -> shard.mailbox().post(() -> arrived(from, batch, failure)));
    }

    /** In a group, reads little more than the client takes at once: other members could process what waits for it. */
    private int shared() {
        return Math.max(1, Math.min(SHARED_MAX, session.outbound().inflightMax() / SHARED_PART));
    }

    private void arrived(RecordSource from, @Nullable ReadBatch batch, @Nullable Throwable failure) {
        if (ended) {
            return;
        }
        if (batch == null) {
            trouble = failure == null ? new IllegalStateException("A read gave nothing") : failure;
            failedIfSent();
            return;
        }
        aheadGap = both(aheadGap, batch.gap());
        ahead = batch.records();
        if (ahead.isEmpty()) {
            readOn(from);
        } else if (read.isEmpty()) {
            session.outbound().pump();
        }
    }

    /** Fails once everything read before the error has been sent. */
    private void failedIfSent() {
        Throwable why = trouble;
        if (why != null && read.isEmpty()) {
            failed(why);
        }
    }

    /** Moves on to the records read ahead. */
    private void turn(@Nullable RecordSource from) {
        read.addAll(ahead);
        ahead = List.of();
        gap = both(gap, aheadGap);
        aheadGap = null;
        if (from != null && readsAhead(from)) {
            readOn(from);
        }
    }

    private static ReadBatch.@Nullable Gap both(ReadBatch.@Nullable Gap one, ReadBatch.@Nullable Gap next) {
        if (one == null || next == null) {
            return one == null ? next : one;
        }
        return new ReadBatch.Gap(one.first(), next.last());
    }

    /** Reading ahead avoids idling during each disk read; but in a group, other members could process what waits here. */
    private static boolean readsAhead(RecordSource from) {
        return !(from instanceof GroupSeat);
    }

    /** Ends the connection because another reader took the cursor, or an administrator set it. */
    private void lost() {
        if (!ended) {
            log.info("The cursor of a replay was taken client={} filter={}", session.clientId(), request.filter());
            session.kick(
                    ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                    "wk:cursor-taken " + request.filter() + " is read by somebody else, or was set");
        }
    }

    /** Ends the connection because the replay cannot continue: a client that subscribes again is told the reason. */
    private void failed(@Nullable Throwable failure) {
        if (ended) {
            return;
        }
        if (failure instanceof ChannelGoneException) {
            log.info("The channel of a replay is gone client={} filter={}", session.clientId(), request.filter());
        } else {
            log.warn("A replay has failed client={} filter={}", session.clientId(), request.filter(), failure);
        }
        String reason = failure instanceof CursorRefusedException ? ": " + failure.getMessage() : "";
        // Otherwise the client would wait for ever: MQTT has no UNSUBSCRIBE from the server.
        session.kick(
                ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                "wk:replay-ended " + request.filter() + " cannot be replayed any more" + reason);
    }

    /** Returns the subscription that started the replay. */
    SubscribeRequest subscription() {
        return new SubscribeRequest(SubscriptionFilter.parse(request.filter()), request.options());
    }

    /** Returns whether there is a record to send. */
    boolean ready() {
        return !read.isEmpty() || !ahead.isEmpty();
    }

    /** Returns the maximum QoS of the next delivery. */
    Qos qosMax() {
        return request.options().qos();
    }

    /** Returns whether both move the same cursor. */
    boolean sharesCursor(ReplayRequest other) {
        return request.cursor() != null
                && request.cursor().equals(other.cursor())
                && request.channel().equals(other.channel());
    }

    /** Returns the next delivery; null if the client does not want that record. Requires {@link #ready}. */
    @Nullable
    Delivery next() {
        RecordSource from = source;
        if (read.isEmpty()) {
            turn(from);
        }
        ChannelRecord record = read.remove();
        if (read.isEmpty() && trouble != null) {
            shard.mailbox().post(this::failedIfSent); // after this record
        } else if (read.isEmpty() && from != null && !readsAhead(from)) {
            readOn(from);
        }
        Delivery delivery = delivery(record);
        ReplayProgress moves = progress;
        if (moves != null && delivery != null) {
            moves.sending(record.seq(), delivery);
        } else if (moves != null) {
            moves.passed(record.seq());
        }
        return delivery;
    }

    private @Nullable Delivery delivery(ChannelRecord record) {
        Message message = MessageEntries.message(record.entry());
        SubscriptionOptions options = request.options();
        boolean own = options.noLocal() && session.clientId().equals(message.publisher());
        if (own || message.expired(shard.clock().millis()) || !request.topics().matches(message.topic())) {
            return null;
        }
        TopicName topic;
        try {
            topic = TopicName.of(request.prefix() + message.topic().text());
        } catch (InvalidTopicException e) {
            shard.dropped(session.clientId(), message, DropReason.TOO_LARGE);
            return null;
        }
        Message sent = new Message(
                topic,
                message.payload(),
                message.qos(),
                false,
                properties(record, message),
                message.publisher(),
                message.acceptedAtMs(),
                message.expiresAtMs());
        return new Delivery(sent, message.qos().min(options.qos()), false, options.identifiers(), null);
    }

    private MessageProperties properties(ChannelRecord record, Message message) {
        Receipt place = new Receipt(request.channel(), record.seq(), record.term(), record.timeMs(), false);
        MessageProperties properties = place.on(message.properties());
        ReadBatch.Gap missing = gap;
        if (missing == null) {
            return properties;
        }
        return properties.and(List.of(new UserProperty("wk-gap", missing.first() + "-" + missing.last())));
    }

    /**
     * Records the outcome of starting the last delivery.
     *
     * @param sent whether it was sent, and thereby reported the gap in front of it
     */
    void started(Delivery delivery, boolean sent) {
        if (sent) {
            gap = null;
        }
        if (!sent || delivery.qos() == Qos.AT_MOST_ONCE) {
            delivery.over(sent);
        }
    }

    void end() {
        ended = true;
        ReplayProgress moves = progress;
        if (moves != null) {
            moves.ended(Stream.concat(read.stream(), ahead.stream())
                    .map(ChannelRecord::seq)
                    .toList());
        }
        read.clear();
        ahead = List.of();
        RecordSource from = source;
        if (from != null) {
            from.close();
        }
    }
}
