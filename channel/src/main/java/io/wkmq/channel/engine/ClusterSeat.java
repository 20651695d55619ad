package io.wkmq.channel.engine;

import io.wkmq.channel.engine.LocalSeat.Read;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.sharing.SeatAnswer;
import io.wkmq.channel.sharing.SeatAnswer.Batch;
import io.wkmq.channel.sharing.SeatReport;
import io.wkmq.channel.sharing.SeatReport.Kind;
import io.wkmq.channel.sharing.SeatReport.Outcome;
import io.wkmq.channel.sharing.SeatReport.Outcomes;
import io.wkmq.channel.sharing.SeatReport.Wish;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A reader's place in a group whose home may be any node: reports to the home, and starts over when the home moves. A new home does not
 * know which records the reader has been given; it gives them out again unless the reader is done with them first. Thread-safe; its state
 * is confined to the engine's loop.
 */
final class ClusterSeat implements GroupSeat {
    private static final long REPORT_MS = 1_000;

    /** The maximum number of unanswered reports: one waits at the home for records while another reports outcomes. */
    private static final int ASKING_MAX = 2;

    /** The maximum number of outcomes per report; the rest wait for the next one. */
    private static final int OUTCOMES_MAX = 4_096;

    private final ClusterReading group;
    private final EngineLoop loop;
    private final RecordFetch fetch;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** Records that have arrived but were not sent to the client yet. Any thread. */
    private final Set<Long> unbegun = ConcurrentHashMap.newKeySet();

    /** Records that the reader has been given and has not reported on. */
    private final Set<Long> unsettled = new HashSet<>();

    private final ArrayDeque<Outcome> outcomes =
            new ArrayDeque<>(); // unconfirmed outcomes; at most as many as the reader has records
    private long confirmed; // number of outcomes confirmed
    private long id; // of this seat at the current home
    private long number; // of the last report
    private long read; // number of the last read
    private @Nullable Read current;

    /** The batch that arrived for the read, while its records are fetched from this node's replica. */
    private @Nullable Batch fetching;

    private final Set<Long> asking = new HashSet<>(); // numbers of the unanswered reports
    private long askedMs;
    private boolean news; // not reported to the home yet
    private boolean scheduled;
    private boolean leaving;
    private long leftMs;
    private boolean over;

    /** Creates a seat of the given group, which must call {@link #moved} once its home is known. Must be called on the loop. */
    ClusterSeat(ClusterReading group, EngineLoop loop, RecordFetch fetch) {
        this.group = group;
        this.loop = loop;
        this.fetch = fetch;
    }

    @Override
    public CompletionStage<ReadBatch> read(int count, long bytes) {
        return loop.ask(done -> {
            if (over || leaving) {
                done.completeExceptionally(new IOException("The reader has left its group"));
                return;
            }
            current = new Read(count, bytes, done);
            read++;
            tellSoon();
        });
    }

    @Override
    public void sent(long seq) {
        unbegun.remove(seq);
    }

    @Override
    public void done(long seq) {
        onLoop(() -> outcome(seq, Kind.DONE));
    }

    @Override
    public void refused(long seq) {
        onLoop(() -> outcome(seq, Kind.REFUSED));
    }

    @Override
    public void giveBack(Collection<Long> seqs) {
        List<Long> all = List.copyOf(seqs);
        onLoop(() -> all.forEach(seq -> outcome(seq, Kind.RETURNED)));
    }

    private void outcome(long seq, Kind kind) {
        if (over) {
            return;
        }
        unbegun.remove(seq);
        unsettled.remove(seq);
        outcomes.add(new Outcome(seq, kind));
        if (leaving) { // the record was sent to the client before
            leftMs = loop.nowMs();
            group.keep(this);
        }
        tellSoon();
    }

    @Override
    public void close() {
        onLoop(() -> {
            if (over || leaving) {
                return;
            }
            leaving = true;
            leftMs = loop.nowMs();
            stop(new IOException("The reader has left its group"));
            tellSoon();
        });
    }

    @Override
    public void whenEnded(Runnable action) {
        var unused = ended.thenRun(action);
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            ended.complete(null); // the channels are closed
        }
    }

    /** Schedules one report of everything that happens in this turn of the loop. */
    private void tellSoon() {
        news = true;
        if (!scheduled) {
            scheduled = true;
            onLoop(() -> {
                scheduled = false;
                tell();
            });
        }
    }

    private void tell() {
        ClusterReading.Home home = group.home();
        if (home != null && news && asking.size() < ASKING_MAX && !over) {
            ask(home);
        }
    }

    private void ask(ClusterReading.Home home) {
        news = outcomes.size() > OUTCOMES_MAX;
        askedMs = loop.nowMs();
        SeatReport report = report();
        asking.add(report.number());
        long as = id;
        group.ask(home, report)
                .whenComplete((answer, failure) -> onLoop(() -> {
                    if (as == id && !over) {
                        asking.remove(report.number());
                        if (answer != null) {
                            answered(home, report, answer);
                        } // otherwise the periodic check reports again
                    }
                }));
    }

    private SeatReport report() {
        Read wanted = fetching == null ? current : null;
        return new SeatReport(
                new SeatReport.Seat(group.channel(), group.cursor(), id),
                ++number,
                wanted == null ? new Wish(read, 0, 0) : new Wish(read, wanted.count, wanted.bytes),
                new Outcomes(
                        confirmed + 1, outcomes.stream().limit(OUTCOMES_MAX).toList()),
                List.copyOf(unbegun),
                leaving);
    }

    private void answered(ClusterReading.Home home, SeatReport report, SeatAnswer answer) {
        if (answer instanceof SeatAnswer.Word word) {
            group.heard(home);
            while (confirmed < word.outcomes() && !outcomes.isEmpty()) {
                outcomes.remove();
                confirmed++;
            }
            Batch batch = word.batch();
            if (batch != null) {
                arrived(batch);
            }
            goOn(home, report);
        } else if (answer instanceof SeatAnswer.Ended end) {
            end(new CursorRefusedException(end.reason()));
        } else if (leaving) {
            group.forget(this);
        } else {
            group.notHome(home);
        }
    }

    private void goOn(ClusterReading.Home home, SeatReport report) {
        if (report.leaves() && outcomes.isEmpty()) {
            group.forget(this);
        } else if (news) {
            tell();
        } else if (current != null && fetching == null && asking.isEmpty() && home.equals(group.home())) {
            ask(home);
        }
    }

    private void arrived(Batch batch) {
        if (batch.read() != read || current == null || fetching != null) {
            return; // a duplicate
        }
        unbegun.addAll(batch.seqs());
        if (batch.records().size() == batch.seqs().size()) {
            give(batch, batch.records());
            return;
        }
        fetching = batch;
        long as = id;
        fetch.read(batch.seqs())
                .whenComplete((records, failure) -> onLoop(() -> {
                    if (as != id || !batch.equals(fetching)) {
                        return; // superseded
                    }
                    if (records == null) {
                        notFetched(batch, failure);
                    } else {
                        fetching = null;
                        give(batch, records);
                    }
                }));
    }

    private void give(Batch batch, List<ChannelRecord> records) {
        Read wanted = current;
        if (wanted == null) {
            return;
        }
        if (records.size() < batch.seqs().size()) { // missing ones were trimmed
            Set<Long> gone = new TreeSet<>(batch.seqs());
            records.forEach(record -> gone.remove(record.seq()));
            gone.forEach(seq -> outcome(seq, Kind.DONE));
        }
        if (records.isEmpty()) {
            read++;
            tellSoon();
            return;
        }
        current = null;
        records.forEach(record -> unsettled.add(record.seq()));
        SeatAnswer.Missing missing = batch.missing();
        wanted.done.complete(new ReadBatch(
                missing == null ? null : new ReadBatch.Gap(missing.first(), missing.last()),
                records,
                records.get(records.size() - 1).seq() + 1));
    }

    /** Returns the records of a batch to the group for other readers; after a pause this reader asks for some again. */
    private void notFetched(Batch batch, @Nullable Throwable failure) {
        Throwable reason = Causes.orNull(failure);
        if (reason instanceof ChannelGoneException gone) {
            end(gone);
            return;
        }
        fetch.close();
        batch.seqs().forEach(seq -> outcome(seq, Kind.RETURNED));
        long as = id;
        loop.after(REPORT_MS, () -> {
            if (as == id && batch.equals(fetching)) {
                fetching = null;
                read++;
                tellSoon();
            }
        });
    }

    /**
     * Called when the group's home has moved. The records that a reader of an ordered group holds must be given out again before any
     * others, so such a seat ends: its client may ask for nothing more until it is done with them, and the new home does not wait for
     * records that it did not give out.
     */
    void moved() {
        if (group.ordered() && stays() && !unsettled.isEmpty()) {
            end(new CursorRefusedException("The group " + group.cursor() + " begins again at another node"));
            return;
        }
        id = group.newId();
        asking.clear();
        Batch of = fetching;
        if (of != null) { // unknown to the new home
            fetching = null;
            of.seqs().forEach(unbegun::remove);
            fetch.close();
        }
        tellSoon();
    }

    /** Returns whether the seat does more than report outstanding outcomes. */
    boolean stays() {
        return !leaving && !over;
    }

    /** Called every second: reports again what may have been lost. */
    void look() {
        ClusterReading.Home home = group.home();
        if (leaving && loop.nowMs() - leftMs >= HomeSeats.SILENCE_MS) {
            group.forget(this);
        } else if (home != null && !over && loop.nowMs() - askedMs >= REPORT_MS) {
            asking.clear(); // no answer will come any more, or not soon
            ask(home);
        }
    }

    /** Ends the seat: the reader is given nothing more. */
    void end(IOException reason) {
        if (!over) {
            over = true;
            group.forget(this);
            stop(reason);
            ended.complete(null);
        }
    }

    private void stop(IOException reason) {
        Read wanted = current;
        current = null;
        fetching = null;
        fetch.close();
        if (wanted != null) {
            wanted.done.completeExceptionally(reason);
        }
    }
}
