package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of an engine's groups: how this node gets its part in them, with replicas or with copies that follow those of others, and whether it
 * has it. Thread-safe; does not block but where it says so.
 */
final class EngineLogs {
    private static final Logger LOG = LoggerFactory.getLogger(EngineLogs.class);

    private static final Duration STEP = Duration.ofSeconds(5);
    private static final long PAUSE_MS = 200;
    private static final String UNCONFIRMED =
            "this node does not know yet whether the channels of the nodes that it is among are those that it follows";

    private final ReplicaStore store;
    private final LearnerFile learnerFile;

    /** Who kept the replicas of which this node has copies; none if it has none. */
    private final Set<UUID> learnedFrom;

    private final Consumer<GroupLogs> onHere;
    private final AtomicReferenceArray<@Nullable ReplicatedLog> logs;
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final AtomicBoolean toldBroken = new AtomicBoolean();
    private final Givers givers = new Givers();

    /** Held while this node takes its part, which writes files: nobody ends it meanwhile. */
    private final Object takingPart = new Object();

    private volatile Consumer<IOException> onBroken = cause -> {};
    private volatile @Nullable Donors donors;
    private volatile @Nullable GroupLogs kept;
    private volatile @Nullable String waiting = "the node has not met the others yet";
    private volatile boolean newcomer;
    private volatile boolean blind;

    /** On a node that keeps no replicas. */
    private volatile @Nullable LearnedGroups learned;

    /** Whether what it has is none of what the others have, or a copy of it can follow no more. */
    private volatile boolean excluded;

    /** Whether the table was lost, and not all is here again that it had. */
    private volatile boolean recovering;

    private volatile boolean closed;

    /**
     * Of those files.
     *
     * @param learnedFrom who kept the replicas of which they are copies, as the file says; none if they are no copies
     * @param onHere is told once that all is here that was acknowledged before; blocks what begins
     */
    EngineLogs(ReplicaStore store, LearnerFile learnerFile, Set<UUID> learnedFrom, Consumer<GroupLogs> onHere) {
        this.store = store;
        this.learnerFile = learnerFile;
        this.learnedFrom = Set.copyOf(learnedFrom);
        this.onHere = onHere;
        this.logs = new AtomicReferenceArray<>(store.groups() + 1);
        this.recovering = store.begunAnew();
        this.blind = recovering || !learnedFrom.isEmpty();
        store.copies(!learnedFrom.isEmpty()); // until it takes a place
    }

    /** From whom replicas and copies get what they miss. Before it begins. */
    void fetchFrom(Donors others) {
        donors = others;
        store.fetchFrom(new PermittedDonors(others, givers, this::mayFetch));
    }

    /** Not from nodes that may have other channels. */
    private boolean mayFetch() {
        GroupLogs all = kept;
        return !excluded && (!store.copies() || (all != null && all.confirmed()));
    }

    /** Is told once when a copy can follow no more. Before it begins. */
    void onBroken(Consumer<IOException> told) {
        onBroken = told;
    }

    /** As {@link ReplicatedEngine#begin}. */
    CompletionStage<Void> begin(GroupLogs all) {
        kept = all;
        Thread thread = new Thread(() -> find(all), "wkmq-channels-begin");
        thread.setDaemon(true);
        thread.start();
        return begun.copy();
    }

    /** Completes when this node has begun. */
    CompletionStage<Void> begun() {
        return begun.copy();
    }

    private void find(GroupLogs all) {
        try {
            all.follows(learnedFrom);
            for (int group = 0; group < logs.length() && !closed; group++) {
                find(all, group);
            }
            takePart(all);
            for (int group = 0; group < logs.length() && !closed; group++) {
                catchUp(all, group);
            }
            if (goOn(all)) {
                begun.complete(null);
                LOG.info("Channels are ready groups={}", store.groups());
            }
        } catch (LogClosedException e) {
            giveUp(e);
        } catch (IOException e) {
            new OwnCopies()
                    .broken(new LogClosedException(
                            "This node's part in the channels cannot be written or read: " + e.getMessage(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("Cannot determine this node's role for channels", e);
            giveUp(e);
        }
    }

    /** Takes up what waited for all to be here; nothing if it is closed, or a copy was given up. Returns whether it did. */
    private boolean goOn(GroupLogs all) {
        synchronized (takingPart) {
            if (closed || !here()) {
                return false;
            }
            onHere.accept(all);
            recovered();
            newcomer = false;
            return true;
        }
    }

    /** All is here, unless a copy was given up meanwhile. */
    private synchronized boolean here() {
        if (excluded) {
            return false;
        }
        blind = false;
        waiting = null;
        return true;
    }

    /** What the copies of this node need of it, and tell it. */
    private final class OwnCopies implements LearnedGroups.Owner {
        @Override
        public @Nullable Donors donors() {
            return donors;
        }

        @Override
        public Givers givers() {
            return givers;
        }

        @Override
        public void apart(LogClosedException reason) {
            giveUp(reason);
        }

        @Override
        public void broken(Exception cause) {
            giveUp(cause);
            if (!toldBroken.compareAndSet(false, true)) {
                return;
            }
            onBroken.accept(new IOException("A copy of channels can follow no more: " + cause.getMessage(), cause));
        }
    }

    private void giveUp(Exception reason) {
        synchronized (this) {
            excluded = true;
            blind = true;
            waiting = String.valueOf(reason.getMessage());
        }
        LOG.error("Channels are unavailable on this node: {}", reason.getMessage());
        begun.completeExceptionally(reason);
    }

    /** With replicas, which others may follow, or following those that others have. */
    private void takePart(GroupLogs all) throws IOException, InterruptedException {
        synchronized (takingPart) {
            if (closed) {
                return; // the files may be closed too
            }
            if (all.keepers().isEmpty()) {
                keep(all);
            } else {
                follow(all);
            }
        }
    }

    private void keep(GroupLogs all) throws IOException {
        learnerFile.delete();
        store.copies(false);
        store.feed(new EntryFeed.Source() {
            @Override
            public @Nullable UUID replica() {
                return all.replica();
            }

            @Override
            public boolean led(int group) {
                return isHere() && all.led(group); // before, this node may not have what was acknowledged to others
            }
        });
    }

    private void follow(GroupLogs all) throws IOException, InterruptedException {
        blind = true;
        newcomer = true; // until it has all
        if (learnedFrom.isEmpty() && store.hasRows()) {
            throw new LogClosedException(
                    "This node has channels, but no log of them, and is none of those that keep them; expected an empty"
                            + " data directory, with which it is as any node without channels",
                    null);
        }
        store.copies(true);
        learned = LearnedGroups.begin(
                store, logs.length(), all, learnerFile, new OwnCopies(), LearnedGroups.Times.DEFAULTS);
    }

    private void recovered() {
        if (!recovering) {
            return;
        }
        recovering = false;
        try {
            store.settled();
        } catch (IOException e) { // then the next start waits for the others again
            LOG.warn("Cannot save that the channel table is complete again", e);
        }
    }

    private void find(GroupLogs all, int group) throws LogClosedException, InterruptedException {
        while (!closed && logs.get(group) == null) {
            try {
                logs.set(group, all.log(group, STEP));
            } catch (LogClosedException e) {
                throw e;
            } catch (IOException e) {
                newcomer |= e instanceof NewcomerException;
                blind = newcomer || recovering || !learnedFrom.isEmpty();
                waits(String.valueOf(e.getMessage()));
                Thread.sleep(PAUSE_MS); // there is nothing else that this thread could do
            }
        }
    }

    private void catchUp(GroupLogs all, int group) throws LogClosedException, InterruptedException {
        while (!closed && !excluded) {
            try {
                caughtUp(all, group, STEP).toCompletableFuture().get();
                return;
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                waits(String.valueOf(cause.getMessage()));
                all.requirePlace(STEP);
                Thread.sleep(PAUSE_MS);
            }
        }
    }

    private synchronized void waits(String reason) {
        if (excluded) {
            return; // that is said, and stays so
        }
        if (!reason.equals(waiting)) {
            LOG.warn("Channels are not ready yet, waiting: {}", reason);
        }
        waiting = reason;
    }

    /** The logs as all nodes keep them; null until it {@link #begin begins}. */
    @Nullable
    GroupLogs kept() {
        return kept;
    }

    /** How many there are, the registry's too. */
    int count() {
        return logs.length();
    }

    /** Whether the log of a group was found. */
    boolean isFound(int group) {
        return logs.get(group) != null;
    }

    /** Completes once this node has all of a group that was acknowledged to anybody before. */
    CompletionStage<Void> caughtUp(int group, Duration limit) {
        GroupLogs all = kept;
        return all == null || !isFound(group) ? CompletableFuture.failedFuture(notHere()) : caughtUp(all, group, limit);
    }

    private CompletionStage<Void> caughtUp(GroupLogs all, int group, Duration limit) {
        LearnedGroups following = learned;
        return following == null ? all.caughtUp(group, limit) : following.caughtUp(group, limit);
    }

    /** Whether somebody says what gets into the log of a group, as far as this node knows. */
    boolean led(int group) {
        GroupLogs all = kept;
        LearnedGroups following = learned;
        if (all == null || !isFound(group)) {
            return false;
        }
        return following == null ? all.led(group) : following.led(group);
    }

    /** What this node knows of a group that was found; fails if it was not. */
    CompletionStage<GroupStatus> status(int group) {
        GroupLogs all = kept;
        LearnedGroups following = learned;
        if (all == null) {
            return CompletableFuture.failedFuture(notHere());
        }
        return following == null ? all.status(group) : following.status(group);
    }

    /** Brings an operation into the log of a group, if this node has its part in it. */
    CompletionStage<byte[]> propose(int group, byte[] op) {
        if (closed) {
            return CompletableFuture.failedFuture(new LogClosedException("The channels are closed", null));
        }
        LearnedGroups following = learned;
        ReplicatedLog log = logs.get(group);
        return log == null || excluded || (following != null && !following.confirmed())
                ? CompletableFuture.failedFuture(notHere())
                : log.propose(op);
    }

    /** Why something cannot be asked of the groups now. */
    OverloadedException notHere() {
        String reason = waiting;
        return new OverloadedException("The channels are not here yet: " + (reason == null ? UNCONFIRMED : reason));
    }

    /** Whether it has begun, and was not given up since. */
    boolean isHere() {
        return waiting == null;
    }

    /** Whether it will not be here: this node has no part in the logs. */
    boolean isExcluded() {
        return excluded;
    }

    /** Why what this node has is not to be compared with what others have; null if it is. */
    @Nullable
    String apart() {
        if (excluded) {
            return "The channels will not be here: " + waiting;
        }
        return mayFetch() ? null : UNCONFIRMED;
    }

    /** As {@link ReplicatedEngine#newcomer}. */
    boolean newcomer() {
        return newcomer
                || recovering
                || !learnedFrom.isEmpty()
                || store.filling().contains(store.groups());
    }

    /** Whether this node came without anything, as far as its logs say, or nobody keeps any yet. */
    boolean isNew() {
        GroupLogs all = kept;
        return learned == null && (newcomer || (all != null && !all.decided())) && !recovering;
    }

    /** Whether the table was lost, and not all is here again that it had. */
    boolean recovering() {
        return recovering;
    }

    /** Whether this node may not know which channels there are. */
    boolean blind() {
        LearnedGroups following = learned;
        return blind || excluded || (following != null && following.blind()) || perhapsNewcomer();
    }

    /** Whether others may keep the logs, of whom this node has not heard. */
    private boolean perhapsNewcomer() {
        GroupLogs all = kept;
        return waiting != null && all != null && all.perhapsKeptByOthers();
    }

    /** Whether it has copies, which follow replicas of others. */
    boolean learner() {
        return learned != null;
    }

    /** Why channels are not here, or not all of them can be used; null if they can. */
    @Nullable
    String trouble() {
        String reason = waiting;
        if (reason != null) {
            return "The channels are not here yet: " + reason;
        }
        List<Integer> filling = store.filling();
        if (!filling.isEmpty()) {
            return "This node's replicas of groups " + filling
                    + " of the channels miss something, which is fetched from other nodes: they cannot be read here";
        }
        LearnedGroups following = learned;
        if (following != null && !following.confirmed()) {
            return "The channels cannot be used here: " + UNCONFIRMED;
        }
        for (int group = 0; group < logs.length(); group++) {
            if (!led(group)) {
                return following == null
                        ? "Group " + group
                                + " of the channels has no leader: too few of the nodes that keep it are here"
                        : "Group " + group
                                + " of the channels, of which this node has a copy, is not heard of: none of the"
                                + " nodes that keep it answers and knows its leader";
            }
        }
        return null;
    }

    /** Takes nothing into the logs any more; what has not begun does not. */
    void close() {
        closed = true;
        begun.completeExceptionally(new LogClosedException("The channels are closed", null));
    }

    /** Whether it is closed. */
    boolean isClosed() {
        return closed;
    }

    /** Ends the copies, if it has some. When it is closed. Blocks. */
    void endCopies() {
        LearnedGroups following;
        synchronized (takingPart) { // which may just begin
            following = learned;
        }
        if (following != null) {
            following.close();
        }
    }
}
