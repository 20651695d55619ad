package io.wkmq.channel.engine;

import io.wkmq.channel.sharing.SeatAnswer;
import io.wkmq.channel.sharing.SeatReport;
import io.wkmq.channel.sharing.SeatReport.Outcome;
import io.wkmq.channel.sharing.SeatReport.Wish;
import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A seat from the point of view of its group's home: receives the seat's reports, which may be reordered or repeated, and gives it records.
 * A report that asks for some is answered when there are some, after a second, or when the next report comes. Confined to the engine's
 * loop.
 */
final class HomeSeat {
    private static final int READ_MAX = 128;
    private static final long READ_BYTES_MAX = 256 << 10;
    private static final long PARK_MS = 1_000;

    private final SharedReading group;
    private final NodeId node;
    private final EngineLoop loop;
    private final LocalSeat place;
    private long heardMs;
    private long number; // of the newest report
    private long outcomes; // number of the last outcome received
    private List<Long> unbegun = List.of();
    private long read; // number of the newest read
    private boolean reading;
    private @Nullable ReadBatch given; // the batch for that read; null once it has arrived
    private @Nullable CompletableFuture<SeatAnswer> parked;
    private long parkedMs;
    private @Nullable SeatAnswer last; // set when the seat is over: the answer to all further reports
    private long overMs;

    private HomeSeat(SharedReading group, NodeId node, EngineLoop loop, LocalSeat place, SeatReport first) {
        this.group = group;
        this.node = node;
        this.loop = loop;
        this.place = place;
        this.outcomes = first.outcomes().first() - 1;
        this.heardMs = loop.nowMs();
    }

    /** Creates the seat that sends its first report from the given node. */
    static HomeSeat of(SharedReading group, NodeId node, EngineLoop loop, SeatReport first) {
        if (first.leaves()) { // its outcomes count all the same
            return new HomeSeat(group, node, loop, group.stranger(), first);
        }
        HomeSeat seat = new HomeSeat(group, node, loop, group.join(), first);
        seat.place.whenEnded(seat::ended);
        return seat;
    }

    /** Handles a report; the stage completes with the answer, on the loop. */
    CompletionStage<SeatAnswer> hear(SeatReport report) {
        heardMs = loop.nowMs();
        hear(report.outcomes());
        if (report.number() > number) {
            number = report.number();
            unbegun = report.unbegun();
        }
        if (report.leaves()) {
            release();
        } else if (last == null) {
            hear(report.wish());
        }
        unpark(word(null)); // superseded by the newer report
        SeatAnswer known = answer(report.wish());
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        CompletableFuture<SeatAnswer> later = new CompletableFuture<>();
        parked = later;
        parkedMs = loop.nowMs();
        return later;
    }

    private void hear(SeatReport.Outcomes said) {
        long at = said.first();
        for (Outcome outcome : said.all()) {
            if (at == outcomes + 1) {
                outcomes = at;
                switch (outcome.kind()) {
                    case DONE -> group.done(place, outcome.seq());
                    case REFUSED -> group.refused(place, outcome.seq());
                    case RETURNED -> group.giveBack(place, List.of(outcome.seq()));
                }
            }
            at++;
        }
    }

    private void hear(Wish wish) {
        if (wish.read() == read && wish.count() == 0 && !reading) {
            given = null; // it has arrived
        }
        if (wish.read() > read && !reading) {
            given = null;
            read = wish.read();
            if (wish.count() > 0) {
                reading = true;
                int count = Math.min(wish.count(), READ_MAX);
                place.read(count, Math.max(1, Math.min(wish.bytes(), READ_BYTES_MAX)))
                        .whenComplete((batch, failure) -> arrived(batch));
            }
        }
    }

    private void arrived(@Nullable ReadBatch batch) {
        reading = false;
        if (batch != null) {
            given = batch;
            unpark(word(batch));
        }
    }

    /** Returns the immediate answer to a report with the given wish; null if it has to wait. */
    private @Nullable SeatAnswer answer(Wish wish) {
        SeatAnswer over = last;
        if (over != null) {
            return over instanceof SeatAnswer.Word ? word(null) : over;
        }
        if (wish.count() == 0 || wish.read() < read) {
            return word(null);
        }
        ReadBatch batch = wish.read() == read ? given : null;
        return batch == null ? null : word(batch);
    }

    private SeatAnswer word(@Nullable ReadBatch batch) {
        if (batch == null) {
            return new SeatAnswer.Word(outcomes, null);
        }
        ReadBatch.Gap gap = batch.gap();
        return new SeatAnswer.Word(
                outcomes,
                new SeatAnswer.Batch(
                        read,
                        gap == null ? null : new SeatAnswer.Missing(gap.first(), gap.last()),
                        batch.records().stream().map(record -> record.seq()).toList(),
                        batch.records()));
    }

    private void unpark(SeatAnswer answer) {
        CompletableFuture<SeatAnswer> waiting = parked;
        parked = null;
        if (waiting != null) {
            waiting.complete(answer);
        }
    }

    /** Called when the group gives this seat nothing any more. */
    private void ended() {
        if (last == null) {
            CursorRefusedException refusal = group.refusal();
            SeatAnswer over = new SeatAnswer.Ended("the reader has said nothing for too long");
            if (refusal != null) {
                over = new SeatAnswer.Ended(String.valueOf(refusal.getMessage()));
            } else if (group.isEnded()) {
                over = new SeatAnswer.NotHome();
            }
            finish(over);
        }
    }

    private void finish(SeatAnswer answer) {
        last = answer;
        overMs = loop.nowMs();
        unpark(answer);
    }

    /** Releases the seat's records to others; those not begun, as far as known, do not count as deliveries. */
    void release() {
        if (last == null) {
            leave(word(null));
        }
    }

    /**
     * Gives the seat up because nothing is heard of it: others get its records. If it reports again it gets a new place, except in an
     * ordered group, where others have gone on.
     */
    void lose() {
        if (last == null) {
            leave(
                    group.isOrdered()
                            ? new SeatAnswer.Ended("nothing was heard of the reader for too long")
                            : word(null));
        }
    }

    private void leave(SeatAnswer answer) {
        last = answer; // set first, to take precedence over the group's reason
        List<Long> notBegun = new ArrayList<>(unbegun);
        ReadBatch batch = given;
        if (batch != null) {
            batch.records().forEach(record -> notBegun.add(record.seq()));
        }
        given = null;
        group.leave(place, notBegun);
        finish(answer);
    }

    /** Returns whether the seat can be dropped: it was over for the given time, or need not be told that it has ended. */
    boolean overFor(long ms) {
        return !(last instanceof SeatAnswer.Ended) || loop.nowMs() - overMs >= ms;
    }

    /** Returns whether nothing was heard of the seat for the given time. */
    boolean silentFor(long ms) {
        return loop.nowMs() - heardMs >= ms;
    }

    /** Answers a report that has waited long enough. */
    void look() {
        if (loop.nowMs() - parkedMs >= PARK_MS) {
            unpark(word(null));
        }
    }

    NodeId node() {
        return node;
    }
}
