package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.routing.TopicFilter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Administrative changes to the set of channels. Changes enter the registry in the order of {@link ChangeOrder}; waiting for a channel's
 * group to learn of one does not hold up others. Thread-safe; its methods block until the change is in effect. A change whose wait timed
 * out may still take effect.
 */
public final class ChannelChanges {
    private static final Declarations.Patience DECLARATIONS =
            new Declarations.Patience(Duration.ofSeconds(1), Duration.ofSeconds(20));

    private final NodeChannels channels;
    private final ChannelCatalog catalog;
    private final Clock clock;
    private final ChangeOrder order = new ChangeOrder();

    /**
     * Creates the changes of the given channels.
     *
     * @param catalog what is known of the channels
     * @param clock source of their creation times
     */
    ChannelChanges(NodeChannels channels, ChannelCatalog catalog, Clock clock) {
        this.channels = channels;
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * Declares a channel, which takes messages from now on.
     *
     * @throws ChannelException if that is not possible
     */
    public ChannelDefinition create(String name, TopicFilter filter, ChannelSettings settings) throws ChannelException {
        RegistryOp.Create create = new RegistryOp.Create(name, filter, settings, clock.millis());
        return channels.change(
                in -> settled(order.together(() -> in.change(create).thenApply(ChannelChanges::done))));
    }

    /**
     * Declares channels as {@link #create} does, several at a time, which is much faster than one after the other. One that is refused, or
     * whose group does not answer, does not hold up the others; all are answered within 20 s.
     *
     * @return the outcome for each channel, in the order given
     * @throws ChannelException if the wait was given up, or the node is being stopped
     */
    public List<Declared> createAll(List<RegistryOp.Create> wanted) throws ChannelException {
        return channels.change(
                in -> new Declarations(wanted, new DeclarationSteps(in), DECLARATIONS, Timing.SYSTEM).run());
    }

    /** Completes when the group of a changed channel knows of the change. Only the caller of that change waits for it. */
    private CompletableFuture<ChannelDefinition> settled(CompletableFuture<ChannelDefinition> changed) {
        return changed.thenCompose(channel -> catalog.settled(channel.number()).thenApply(settled -> channel));
    }

    private final class DeclarationSteps implements Declarations.Steps {
        private final Engine in;

        private DeclarationSteps(Engine in) {
            this.in = in;
        }

        @Override
        public CompletionStage<RegistryAnswer> declare(RegistryOp.Create channel) {
            return order.together(() -> in.change(channel));
        }

        @Override
        public CompletionStage<@Nullable ChannelDefinition> find(String name) {
            return catalog.whyNot(name) == null ? in.find(name) : CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> settled(ChannelDefinition channel) {
            return catalog.settled(channel.number());
        }
    }

    /**
     * Changes the settings of a channel.
     *
     * @throws ChannelException if there is no such channel
     */
    public ChannelDefinition alter(String name, ChannelSettings settings) throws ChannelException {
        return channels.change(in -> settled(order.alone(
                () -> in.change(new RegistryOp.Alter(name, settings)).thenApply(ChannelChanges::done))));
    }

    /**
     * Removes a channel with all its data.
     *
     * @throws ChannelException if there is no such channel
     */
    public void delete(String name) throws ChannelException {
        channels.change(
                in -> order.alone(() -> in.change(new RegistryOp.Delete(name)).thenApply(ChannelChanges::done))
                        .thenCompose(gone -> in.clear(gone.number()).thenApply(cleared -> gone)));
    }

    private static ChannelDefinition done(RegistryAnswer answer) {
        if (answer instanceof RegistryAnswer.Refused refused) {
            throw new CompletionException(new ChannelException(refused.reason(), null));
        }
        return ((RegistryAnswer.Done) answer).channel();
    }
}
