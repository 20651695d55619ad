package io.wkmq.broker;

import io.wkmq.broker.config.BrokerConfig;
import io.wkmq.channel.engine.ReplicatedEngine;
import io.wkmq.channel.storage.StorageException;
import io.wkmq.cluster.ClusterNode;
import io.wkmq.cluster.channels.ChannelFetch;
import io.wkmq.cluster.channels.ChannelQuestions;
import io.wkmq.cluster.channels.ChannelSeats;
import io.wkmq.cluster.hazelcast.cp.CpChannels;
import io.wkmq.cluster.hazelcast.cp.CpGroups;
import io.wkmq.cluster.hazelcast.cp.CpSettings;
import io.wkmq.cluster.hazelcast.cp.CpStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicated channels of a node and their replication log. Created before the node joins the others, closed after it has
 * left them. Thread-safe.
 */
final class ReplicatedChannels implements AutoCloseable {
    /** The directory of all replicated data within the node's data directory */
    private static final String DIRECTORY = "raft";

    private static final String CHANNELS = "channels";

    private static final Logger log = LoggerFactory.getLogger(ReplicatedChannels.class);

    /** Followers elect a new leader after a silence of several of these. */
    private static final Duration ELECTION = Duration.ofMillis(500);

    private static final Duration PROPOSAL_LIMIT = Duration.ofMillis(900);
    private static final int DISK_FAILED = 74;

    /** Waiting is safe: nothing that is not on disk is acknowledged in the meantime. */
    private static final long LAST_WORDS_MS = 3_000;

    private final ReplicatedEngine engine;
    private final CpSettings settings;
    private final CpGroups groups;
    private final CompletableFuture<Void> begun = new CompletableFuture<>();

    private ReplicatedChannels(ReplicatedEngine engine, CpSettings settings, CpGroups groups) {
        this.engine = engine;
        this.settings = settings;
        this.groups = groups;
    }

    /**
     * Opens the channel data of this node if channels are configured to be replicated; returns null otherwise. Blocks.
     *
     * @throws StartupException if the data cannot be used, or if it exists but replication is configured off
     * @throws IOException if disk I/O fails
     */
    static @Nullable ReplicatedChannels openIfWanted(BrokerConfig config, Clock clock) throws IOException {
        Path directory = config.node().dataDir().resolve(DIRECTORY);
        if (config.cluster().channelReplicas() > 1) {
            return open(directory, config, clock);
        }
        if (Files.exists(directory.resolve(CHANNELS))) {
            throw new StartupException("The node keeps channels together with others in " + directory
                    + ", but cluster.channels.replicas is 1; expected what it was, or no such directory");
        }
        return null;
    }

    private static ReplicatedChannels open(Path directory, BrokerConfig config, Clock clock) throws IOException {
        try {
            ReplicatedEngine engine =
                    ReplicatedEngine.open(directory.resolve(CHANNELS), Mapping.replicatedChannels(config), clock);
            engine.onBroken(ReplicatedChannels::endApart);
            CpChannels channels = new CpChannels(engine.followers(), ReplicatedChannels::end);
            CpSettings settings = new CpSettings(
                    directory.resolve("log"),
                    config.cluster().channelReplicas(),
                    ELECTION,
                    CpStore.Limits.DEFAULTS,
                    ReplicatedChannels::end,
                    channels,
                    config.cluster().channelGroups());
            return new ReplicatedChannels(
                    engine, settings, new CpGroups(channels, config.cluster().channelReplicas(), PROPOSAL_LIMIT));
        } catch (StorageException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Terminates the process: the other nodes rely on what this one has acknowledged as durable. The reason is logged first,
     * unless that takes too long, for example because the log is on the same disk.
     */
    private static void end(IOException cause) {
        halt("disk does not take what the node has promised to keep", cause);
    }

    /**
     * Terminates the process if this replica cannot start or cannot follow any longer: its data is unusable, or it does not
     * understand an entry.
     */
    private static void endApart(IOException cause) {
        halt("node cannot go on with its part in the channels", cause);
    }

    private static synchronized void halt(String what, IOException cause) {
        CountDownLatch said = new CountDownLatch(1);
        Thread words = new Thread(() -> say(what, cause, said), "wkmq-last-words");
        words.setDaemon(true);
        words.start();
        try {
            var unused = said.await(LAST_WORDS_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().halt(DISK_FAILED);
        }
    }

    private static void say(String what, IOException cause, CountDownLatch said) {
        try {
            log.error("The {}; the node ends at once", what, cause);
            System.err.println("wkmq: ended, the " + what + ": " + cause.getMessage());
            Logging.end();
        } finally {
            said.countDown();
        }
    }

    /**
     * Enables nodes to fetch missing data from each other, compare their data, and share reader groups. To be called before
     * they meet.
     */
    void attach(ClusterNode node) {
        engine.compareWith(ChannelQuestions.start(node.membership(), node.messenger(), engine::answerAudit));
        engine.fetchFrom(ChannelFetch.start(node.membership(), node.messenger(), engine::answerFetch));
        engine.shareWith(ChannelSeats.start(node.membership(), node.messenger(), engine::answerSeat));
    }

    /** Returns the settings of this node's replica. */
    CpSettings settings() {
        return settings;
    }

    ReplicatedEngine engine() {
        return engine;
    }

    /** Starts replication; called once the node has joined the others. */
    void begin() {
        var unused = engine.begin(groups).whenComplete((nothing, failure) -> {
            if (failure == null) {
                begun.complete(null);
            } else {
                begun.completeExceptionally(failure);
            }
        });
    }

    /**
     * Completes when this replica has applied all channel operations acknowledged before; completes exceptionally if it never
     * will.
     */
    CompletionStage<Void> begun() {
        return begun.copy();
    }

    @Override
    public void close() throws IOException {
        engine.closeFiles();
    }
}
