package io.wkmq.cluster.sessions;

import io.wkmq.cluster.sessions.protocol.MoveRecords;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Part;
import io.wkmq.session.MovedMessages;
import io.wkmq.session.MovedSession;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session of this node on its way to another one, cut into parts. Belongs to the claims' thread. Keeps the part that was
 * requested last, since the answer may be lost, and encodes no more than that ahead.
 */
final class Departure {
    private final String clientId;
    private final long claim;
    private final LocalSessions sessions;
    private final LongSupplier wallClockMs;
    private final int partBytes;
    private int rows; // how many rows were begun
    private int number = -1; // of the part requested last
    private CompletableFuture<Part> part = CompletableFuture.completedFuture(Part.NONE);
    private Iterator<byte[]> records = Collections.emptyIterator();
    private ByteBuffer rest = ByteBuffer.allocate(0); // the part of a record that did not fit
    private boolean sent;
    private boolean closed;

    Departure(String clientId, long claim, LocalSessions sessions, LongSupplier wallClockMs, int partBytes) {
        this.clientId = clientId;
        this.claim = claim;
        this.sessions = sessions;
        this.wallClockMs = wallClockMs;
        this.partBytes = partBytes;
    }

    /** Returns whether the last part was produced, so that the other node may have all of the session. */
    boolean sent() {
        return sent;
    }

    /** Ends the move: the session is this node's again, or kept for another node. */
    void close() {
        closed = true;
    }

    /** Returns the part with that number, which must be the one requested last or the next one. */
    CompletionStage<Part> pull(int asked) {
        if (asked == number) {
            return part;
        }
        if (asked != number + 1 || !part.isDone()) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("Part " + asked + " was asked for; expected " + (number + 1)));
        }
        number = asked;
        CompletableFuture<Part> next = new CompletableFuture<>();
        part = next;
        if (rest.hasRemaining() || records.hasNext()) {
            cut(next);
        } else if (rows++ == 0) {
            sessions.describe(clientId, claim, session -> begin(next, session == null ? null : of(session)));
        } else {
            sessions.messages(clientId, claim, messages -> begin(next, messages == null ? null : of(messages)));
        }
        return next;
    }

    private static Iterator<byte[]> of(MovedSession session) {
        Stream<byte[]> subscriptions = session.subscriptions().stream().map(MoveRecords::of);
        return Stream.concat(Stream.of(MoveRecords.of(session)), subscriptions).iterator();
    }

    private Iterator<byte[]> of(MovedMessages messages) {
        Stream<byte[]> packetIds = messages.awaitingRelease().stream().map(id -> MoveRecords.of((int) id));
        Stream<byte[]> deliveries =
                messages.deliveries().stream().map(owed -> MoveRecords.of(owed, wallClockMs.getAsLong()));
        return Stream.concat(packetIds, deliveries).iterator();
    }

    private void begin(CompletableFuture<Part> first, @Nullable Iterator<byte[]> row) {
        if (row == null || closed) {
            first.complete(Part.NONE);
        } else {
            records = row;
            cut(first);
        }
    }

    private void cut(CompletableFuture<Part> next) {
        Part piece = cut();
        if (piece.last() && rows == 2) {
            sent = true;
            sessions.sending(clientId, claim, frozen -> next.complete(frozen && !closed ? piece : Part.NONE));
        } else {
            next.complete(piece);
        }
    }

    private Part cut() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (bytes.size() < partBytes && (rest.hasRemaining() || records.hasNext())) {
            if (!rest.hasRemaining()) {
                rest = ByteBuffer.wrap(records.next());
            }
            int fits = Math.min(rest.remaining(), partBytes - bytes.size());
            bytes.write(rest.array(), rest.position(), fits);
            rest.position(rest.position() + fits);
        }
        boolean last = !rest.hasRemaining() && !records.hasNext();
        return new Part(true, last, bytes.toByteArray());
    }
}
