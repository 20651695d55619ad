package io.wkmq.broker;

import io.wkmq.broker.config.BrokerConfig;
import io.wkmq.broker.config.ClusterConfig;
import io.wkmq.channel.engine.FormerChannels;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channels of a node, stored on this node alone or replicated. Thread-safe. */
final class KeptChannels implements AutoCloseable {
    private static final Duration HERE_LIMIT = Duration.ofSeconds(30);

    /** The directory of unreplicated channels within the data directory */
    private static final String OWN = "channels";

    private static final Logger log = LoggerFactory.getLogger(KeptChannels.class);

    private final NodeChannels channels;
    private final @Nullable ReplicatedChannels replicated;

    private KeptChannels(NodeChannels channels, @Nullable ReplicatedChannels replicated) {
        this.channels = channels;
        this.replicated = replicated;
    }

    /**
     * Opens the node's channels. Blocks.
     *
     * @param replicated the replicated channels, or null if this node stores its channels alone
     * @throws StartupException if the channels cannot be used, or not with this configuration
     * @throws IOException if disk I/O fails
     */
    static KeptChannels open(BrokerConfig config, Clock clock, @Nullable ReplicatedChannels replicated)
            throws IOException {
        Path own = config.node().dataDir().resolve(OWN);
        NodeChannels channels;
        try {
            if (replicated != null) {
                FormerChannels former = Files.exists(own) ? FormerChannels.open(own, Mapping.channels(config)) : null;
                return new KeptChannels(NodeChannels.of(replicated.engine(), former, clock), replicated);
            }
            channels = NodeChannels.open(own, Mapping.channels(config), clock);
        } catch (StorageException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
        int count = channels.list().size();
        if (count > 0 && config.cluster().discovery() != ClusterConfig.Discovery.SINGLETON) {
            channels.close();
            throw new StartupException("The node has " + count + " channels, which other nodes could not have, but"
                    + " cluster.discovery is "
                    + config.cluster().discovery().name().toLowerCase(Locale.ROOT)
                    + "; expected singleton, or cluster.channels.replicas = 3 to move them to other nodes");
        }
        return new KeptChannels(channels, null);
    }

    NodeChannels channels() {
        return channels;
    }

    /** Starts the replication of channels once the node has joined the others. Does nothing for unreplicated channels. */
    CompletableFuture<Void> beginAfter(CompletableFuture<Void> met) {
        return replicated == null ? met : met.thenRun(replicated::begin);
    }

    /**
     * Blocks until this node knows its channels, so that clients find them. Clients that use no channels should not wait for
     * nodes that never appear, so the wait is limited, unless this node has not been in the cluster before and so knows no
     * channels at all.
     *
     * @param patient whether to wait even if the node knows of no channels
     */
    void awaitHere(boolean patient, StartWait wait) {
        if (replicated == null || (!patient && channels.list().isEmpty())) {
            return;
        }
        CompletableFuture<Void> begun = replicated.begun().toCompletableFuture();
        wait.await(begun.copy().completeOnTimeout(null, HERE_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        if (replicated.engine().newcomer() && !begun.isDone()) {
            log.info("The node does not know yet which channels there are, and takes clients when it does");
            wait.await(begun);
        }
        String trouble = channels.trouble();
        if (trouble != null && !wait.over()) {
            log.warn(
                    "Clients are taken, but no messages into the {} channels that are known: {}",
                    channels.list().size(),
                    trouble);
        }
    }

    /**
     * Returns why this node's disk prevents appends to its channels; null if it does not, or if the channels are replicated.
     */
    @Nullable
    String diskTrouble() {
        return channels.replicated() ? null : channels.trouble();
    }

    /** Returns any other problem of the channels, or null. */
    @Nullable
    String trouble() {
        String trouble = channels.replicated() ? channels.trouble() : null;
        if (trouble == null) {
            trouble = channels.unmoved();
        }
        return trouble == null ? channels.damage() : trouble;
    }

    @Override
    public void close() throws IOException {
        channels.close();
    }
}
