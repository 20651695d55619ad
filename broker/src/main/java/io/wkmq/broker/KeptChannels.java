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

/** The channels that a node keeps: alone, or together with others. Thread-safe. */
final class KeptChannels implements AutoCloseable {
    private static final Duration HERE_LIMIT = Duration.ofSeconds(30);

    /** The directory of those that the node keeps alone, in its data directory. */
    private static final String OWN = "channels";

    private static final Logger log = LoggerFactory.getLogger(KeptChannels.class);

    private final NodeChannels channels;
    private final @Nullable ReplicatedChannels replicated;

    private KeptChannels(NodeChannels channels, @Nullable ReplicatedChannels replicated) {
        this.channels = channels;
        this.replicated = replicated;
    }

    /**
     * Opens what the node has of them. Blocks.
     *
     * @param replicated if it keeps them together with others
     * @throws StartupException if they cannot be used, or not as the node is configured
     * @throws IOException if the disk does not work
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

    /** Once the node has met others it takes part in keeping the channels; if it keeps them alone there is nothing to begin. */
    CompletableFuture<Void> beginAfter(CompletableFuture<Void> met) {
        return replicated == null ? met : met.thenRun(replicated::begin);
    }

    /**
     * Blocks until they are here, so that clients find them; but who wants none should not have to wait for nodes that do not come: not
     * longer than some time, unless the node has never been together with others.
     *
     * @param patient whether to wait also if the node knows of none
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

    /** Why the node's own disk takes no messages into them; null if it does, or others keep them too. */
    @Nullable
    String diskTrouble() {
        return channels.replicated() ? null : channels.trouble();
    }

    /** What else is wrong with them, or null. */
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
