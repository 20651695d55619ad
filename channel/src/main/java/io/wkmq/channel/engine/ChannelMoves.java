package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.records.DamagedRecordException;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.channel.registry.Takeover;
import io.wkmq.channel.storage.CorruptDataException;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the channels that this node kept alone to the nodes that it now keeps channels together with. Once it has met them the channels are
 * registered as announced: no node takes messages for them until an administrator has had them moved. When all are moved, their directory
 * is renamed. Thread-safe; has a thread of its own, which owns the directory.
 */
final class ChannelMoves {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelMoves.class);

    private static final long AGAIN_MS = 500;
    private static final long PATIENCE_SECONDS = 30;

    private final FormerChannels former;
    private final ReplicatedEngine engine;
    private final ChannelCatalog catalog;
    private final ScheduledThreadPoolExecutor thread;

    /** Channels that are not moved yet, by name. */
    private final Map<String, ChannelDefinition> left = new ConcurrentSkipListMap<>();

    /** Why some of them cannot be moved, by name. */
    private final Map<String, String> refused = new ConcurrentSkipListMap<>();

    private final AtomicInteger moved = new AtomicInteger();
    private final AtomicLong records = new AtomicLong();

    /** What administrators asked to have moved and has not been begun. */
    @GuardedBy("this")
    private final Set<String> wanted = new LinkedHashSet<>();

    /** Completes when nothing remains to be moved; null if no move is running. */
    @GuardedBy("this")
    private @Nullable CompletableFuture<MoveReport> running;

    private boolean putAway; // confined to the thread

    ChannelMoves(FormerChannels former, ReplicatedEngine engine, ChannelCatalog catalog) {
        this.former = former;
        this.engine = engine;
        this.catalog = catalog;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "wkmq-channels-move");
            made.setDaemon(true);
            return made;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Refuses messages for channels that are not moved, as far as this node knows; announces them to the registry once that is reachable.
     * Must be called once.
     */
    void begin() {
        for (ChannelDefinition channel : former.channels()) {
            left.put(channel.name(), channel);
            if (engine.knownTakeover(former.origin(channel)) != Takeover.DONE) {
                catalog.former(channel);
            }
        }
        var unused = engine.begun().thenRun(() -> schedule(0));
    }

    private void schedule(long delayMs) {
        try {
            var unused = thread.schedule(this::announceAll, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Channels are no longer announced because the node is stopping", e);
        }
    }

    private void announceAll() {
        try {
            for (ChannelDefinition channel : List.copyOf(left.values())) {
                try {
                    announce(channel);
                } catch (ChannelException e) {
                    LOG.error(
                            "Cannot move a channel of this node to the replicas channel={} reason={}",
                            channel.name(),
                            e.getMessage());
                }
            }
            if (!left.isEmpty()) {
                LOG.warn(
                        "Channels of this node are not replicated yet, move them with wkctl channels replicate: {}",
                        left.keySet());
            }
            putAwayIfEmpty();
        } catch (IOException e) {
            LOG.warn(
                    "The other nodes do not know yet which channels are to be moved, telling them again: {}",
                    e.getMessage());
            schedule(AGAIN_MS);
        }
    }

    /**
     * Has the registry take a channel over, unless it has already.
     *
     * @return the channel's definition there; null if it has been moved completely
     * @throws ChannelException if the registry refuses
     */
    private @Nullable ChannelDefinition announce(ChannelDefinition channel) throws IOException, ChannelException {
        var origin = former.origin(channel);
        RegistryAnswer answer = await(engine.register(new RegistryOp.TakeOver(
                origin, channel.name(), channel.filter(), channel.settings(), channel.createdAtMs())));
        if (await(engine.takeover(origin)) == Takeover.DONE) {
            done(channel);
            return null;
        }
        if (answer instanceof RegistryAnswer.Refused no) {
            refused.put(channel.name(), no.reason());
            throw new ChannelException(no.reason(), null);
        }
        refused.remove(channel.name());
        return ((RegistryAnswer.Done) answer).channel();
    }

    private void done(ChannelDefinition channel) {
        left.remove(channel.name());
        refused.remove(channel.name());
        catalog.forget(channel);
    }

    /**
     * Moves a channel, or all that are left. A caller that asks again while a move is running waits for the rest.
     *
     * @param name null for all
     * @param patienceMs after which the stage completes with interim results while the move goes on
     */
    CompletionStage<MoveReport> replicate(@Nullable String name, long patienceMs) {
        CompletableFuture<MoveReport> done;
        synchronized (this) {
            wanted.addAll(name == null ? left.keySet() : left.containsKey(name) ? Set.of(name) : Set.of());
            done = running;
            if (done == null) {
                moved.set(0);
                records.set(0);
                try {
                    done = CompletableFuture.supplyAsync(this::work, thread);
                } catch (RejectedExecutionException e) {
                    return CompletableFuture.failedFuture(new LogClosedException("The node is being stopped", e));
                }
                running = done;
            }
        }
        CompletableFuture<MoveReport> answer = done.copy();
        CompletableFuture.delayedExecutor(patienceMs, TimeUnit.MILLISECONDS)
                .execute(() -> answer.complete(report(false)));
        return answer;
    }

    private MoveReport report(boolean done) {
        return new MoveReport(done, moved.get(), left.size(), records.get());
    }

    /** Moves what is wanted. Continues with the other channels if one cannot be moved, but gives up if the other nodes do not answer. */
    private MoveReport work() {
        boolean done = false;
        ChannelException first = null;
        try {
            for (ChannelDefinition next = next(); next != null; next = next()) {
                try {
                    move(next);
                } catch (ChannelException e) {
                    first = first == null ? e : first;
                }
            }
            done = true;
        } catch (IOException | CorruptDataException e) {
            throw failed(e);
        } finally {
            if (!done) {
                giveUp();
            }
        }
        if (first != null) {
            throw failed(first);
        }
        putAwayIfEmpty();
        return report(true);
    }

    private CompletionException failed(Exception cause) {
        return new CompletionException(new ChannelException(
                cause.getMessage() + "; " + left.size() + " channels are still to be moved", cause));
    }

    /** Returns the next channel that is wanted; null if there is none, which ends the run. */
    private synchronized @Nullable ChannelDefinition next() {
        for (String name : List.copyOf(wanted)) {
            wanted.remove(name);
            ChannelDefinition channel = left.get(name);
            if (channel != null) {
                return channel;
            }
        }
        running = null;
        return null;
    }

    private synchronized void giveUp() {
        running = null;
        wanted.clear();
    }

    private void move(ChannelDefinition channel) throws IOException, ChannelException {
        ChannelDefinition to = announce(channel);
        if (to == null) {
            return;
        }
        LOG.info("Moving a channel to the replicas channel={} number={}", to.name(), to.number());
        try {
            new ChannelMove(
                            former,
                            channel,
                            to,
                            (number, op) -> await(engine.importInto(number, op)),
                            ChannelMove.Limits.DEFAULTS,
                            records::addAndGet)
                    .run();
        } catch (ChannelGoneException e) {
            if (await(engine.takeover(former.origin(channel))) != Takeover.DONE) {
                throw new ChannelException("The group of channel " + to.name() + " does not know it any more", e);
            }
            LOG.info("A channel was deleted while it was being moved channel={}", to.name());
            done(channel);
            return;
        } catch (DamagedRecordException e) {
            throw new ChannelException("Channel " + to.name() + " cannot be moved: " + e.getMessage(), e);
        }
        RegistryAnswer answer = await(engine.register(new RegistryOp.TakenOver(to.name(), to.number())));
        if (answer instanceof RegistryAnswer.Refused) {
            await(engine.clear(to.number())); // it was removed, possibly before its group knew it
        } else {
            moved.incrementAndGet();
            LOG.info("Moved a channel to the replicas channel={} number={}", to.name(), to.number());
        }
        done(channel);
    }

    private void putAwayIfEmpty() {
        if (!left.isEmpty() || putAway) {
            return;
        }
        putAway = true;
        try {
            LOG.info(
                    "All channels of this node were moved to the replicas, their former files are in {}",
                    former.putAway());
        } catch (IOException e) {
            LOG.warn("Cannot rename the directory of the moved channels", e);
        }
    }

    /** Returns whether a channel is among those that are not moved. */
    boolean has(String name) {
        return left.containsKey(name);
    }

    /** Returns, for operators, why one of the channels cannot be moved; null if there is no such reason. */
    @Nullable
    String trouble() {
        for (Map.Entry<String, String> first : refused.entrySet()) {
            return "Channel " + first.getKey() + " is not taken over: " + first.getValue();
        }
        return null;
    }

    private static <T> T await(CompletionStage<T> stage) throws IOException {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new IOException("The other nodes did not answer within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The wait for the other nodes was interrupted", e);
        }
    }

    /** Ends a running move, which the closed engine takes nothing more of, and closes the files. Blocks. */
    void close() throws IOException {
        EngineThreads.end(thread);
        former.close();
    }
}
