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
 * The place of a reader in a group that has its home on whatever node: reports to the home, and again when that is another one. What he
 * has then is not known to the new home, which gives it out again unless he is done with it first. Thread-safe; its state belongs to the
 * engine's loop.
 */
final class ClusterSeat implements GroupSeat {
    private static final long REPORT_MS = 1_000;

    /** How many reports may be under way: one waits at the home for records, another one says what became of others. */
    private static final int ASKING_MAX = 2;

    /** In one report; the others wait for the next one. */
    private static final int OUTCOMES_MAX = 4_096;

    private final ClusterReading group;
    private final EngineLoop loop;
    private final RecordFetch fetch;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** What he has got and was not sent yet. Any thread. */
    private final Set<Long> unbegun = ConcurrentHashMap.newKeySet();

    /** What he has got and has said nothing of. */
    private final Set<Long> unsettled = new HashSet<>();

    private final ArrayDeque<Outcome> outcomes =
            new ArrayDeque<>(); // that are not confirmed; as many as he has records
    private long confirmed; // how many were
    private long id; // at this home
    private long number; // of the last report
    private long read; // the number of the last one
    private @Nullable Read current;
    private @Nullable Batch fetching; // what has arrived for it, but for the records, which this node's replica has
    private final Set<Long> asking = new HashSet<>(); // reports that are not answered, by their numbers
    private long askedMs;
    private boolean news; // that the home was not told of
    private boolean scheduled;
    private boolean leaving;
    private long leftMs;
    private boolean over;

    /** Belongs to that group; has to be told when that {@link #moved has found its home}. On the loop. */
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
        if (leaving) { // he was sent it before
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

    /** Tells all that happens in this turn of the loop at once. */
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
                        } // else it is told again when it is time
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
            return; // it came before
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
                        return; // nobody waits for it any more
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
        if (records.size() < batch.seqs().size()) { // they need not be kept any more
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

    /** Others get them; he gets some again in a while. */
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
     * The group has its home there now. What a reader has of an ordered group is to be given out again, in front of all that comes: he
     * makes way for others, for he may want nothing until he is done with it, and the new home waits for nothing that it has not given.
     */
    void moved() {
        if (group.ordered() && stays() && !unsettled.isEmpty()) {
            end(new CursorRefusedException("The group " + group.cursor() + " begins again at another node"));
            return;
        }
        id = group.newId();
        asking.clear();
        Batch of = fetching;
        if (of != null) { // the new home does not know of it
            fetching = null;
            of.seqs().forEach(unbegun::remove);
            fetch.close();
        }
        tellSoon();
    }

    /** Whether it is there for more than to say what became of records. */
    boolean stays() {
        return !leaving && !over;
    }

    /** To be called each second: says again what may be lost. */
    void look() {
        ClusterReading.Home home = group.home();
        if (leaving && loop.nowMs() - leftMs >= HomeSeats.SILENCE_MS) {
            group.forget(this);
        } else if (home != null && !over && loop.nowMs() - askedMs >= REPORT_MS) {
            asking.clear(); // no answer comes any more, or soon
            ask(home);
        }
    }

    /** The reader is given nothing more. */
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
