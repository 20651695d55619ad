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
 * A seat as the home of its group has it: takes its reports, in whatever order and however often they come, and gives it records. A report
 * that wants some is answered when there are some, or after a second, or when the next one comes. Belongs to the engine's loop.
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
    private long outcomes; // up to that they were heard
    private List<Long> unbegun = List.of();
    private long read; // the newest one
    private boolean reading;
    private @Nullable ReadBatch given; // for it; null if that has arrived
    private @Nullable CompletableFuture<SeatAnswer> parked;
    private long parkedMs;
    private @Nullable SeatAnswer last; // it is over: what is answered from now on
    private long overMs;

    private HomeSeat(SharedReading group, NodeId node, EngineLoop loop, LocalSeat place, SeatReport first) {
        this.group = group;
        this.node = node;
        this.loop = loop;
        this.place = place;
        this.outcomes = first.outcomes().first() - 1;
        this.heardMs = loop.nowMs();
    }

    /** One that sends its first report from that node. */
    static HomeSeat of(SharedReading group, NodeId node, EngineLoop loop, SeatReport first) {
        if (first.leaves()) { // what it has done with counts all the same
            return new HomeSeat(group, node, loop, group.stranger(), first);
        }
        HomeSeat seat = new HomeSeat(group, node, loop, group.join(), first);
        seat.place.whenEnded(seat::ended);
        return seat;
    }

    /** Takes a report; the stage completes with the answer, on the loop. */
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
        unpark(word(null)); // one that is newer is here
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

    /** What is said at once to a report that wants that; null if there will be more to say. */
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

    /** The group gives it nothing any more. */
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

    /** Others get what it has; what was not begun with, as far as is known, does not count as given to it. */
    void release() {
        if (last == null) {
            leave(word(null));
        }
    }

    /**
     * Nothing is heard of it any more: others get what it has. If it reports after all it gets a place again, but not in an order, in which
     * others have gone on.
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
        last = answer; // not what the group says
        List<Long> notBegun = new ArrayList<>(unbegun);
        ReadBatch batch = given;
        if (batch != null) {
            batch.records().forEach(record -> notBegun.add(record.seq()));
        }
        given = null;
        group.leave(place, notBegun);
        finish(answer);
    }

    /** Whether it has been over for so long; one that was not told that it is needs no time for that. */
    boolean overFor(long ms) {
        return !(last instanceof SeatAnswer.Ended) || loop.nowMs() - overMs >= ms;
    }

    /** Whether nothing was heard of it for so long. */
    boolean silentFor(long ms) {
        return loop.nowMs() - heardMs >= ms;
    }

    /** Answers what has waited for long. */
    void look() {
        if (loop.nowMs() - parkedMs >= PARK_MS) {
            unpark(word(null));
        }
    }

    NodeId node() {
        return node;
    }
}
