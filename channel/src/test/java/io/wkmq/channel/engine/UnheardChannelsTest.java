package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.channel.registry.RegistryCodec;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the start of a node with channels that their groups may not have heard of. */
class UnheardChannelsTest {
    private final SimLoop loop = new SimLoop();
    private final SimExecutor background = new SimExecutor();
    private final SimTiming timing = new SimTiming();
    private final HalfEngine engine = new HalfEngine();
    private final ChannelCatalog catalog = new ChannelCatalog(timing);
    private ReplicaStore store;
    private LogFollower group;
    private LogFollower registry;
    private ChannelDefinition channel;
    private boolean closed;

    @BeforeEach
    void start() throws IOException {
        store = ReplicaStore.open(
                new SimulatedDisk(new SimDisk()),
                SimulatedDisk.DIRECTORY,
                ReplicaOptions.defaults(1),
                new ReplicaThreads(Runnable::run, Runnable::run, Runnable::run, Runnable::run, loop));
        group = store.follow(0, loop);
        registry = store.follow(1, loop);
        group.newTerm(1);
        registry.newTerm(1);
        registry.apply(
                2,
                RegistryCodec.encode(
                        new RegistryOp.Create("plant", TopicFilter.of("plant/#"), ChannelSettings.DEFAULT, 0)));
        loop.work();
        channel = Objects.requireNonNull(store.registry().find("plant"));
        catalog.begin(engine);
        catalog.put(channel, 0);
        store.registry().listen(catalog);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private void tell() {
        new UnheardChannels(store, engine, background, () -> closed, timing).tell();
    }

    private void work() {
        while (background.work()) {
            loop.work();
        }
        loop.work();
    }

    private boolean settled() {
        return catalog.settled(channel.number()).toCompletableFuture().isDone();
    }

    @Test
    void aGroupThatDoesNotAnswerIsToldUntilItDoes() {
        tell();
        work();
        assertThat(settled()).isFalse();
        timing.pass(60_000);
        assertThat(settled()).isFalse();

        engine.configureFailure = null;
        timing.pass(GroupTurns.AGAIN_MS);
        assertThat(settled()).isTrue();
    }

    @Test
    void aGroupThatHasHeardIsNotTold() throws IOException {
        group.apply(2, OpCodec.encode(new GroupOp.Configure(channel.number(), channel.rules())));
        tell();
        work();
        assertThat(settled()).isTrue();
    }

    @Test
    void whatHasChangedMeanwhileIsNotToldAsItWas() throws IOException {
        tell();
        registry.apply(3, RegistryCodec.encode(new RegistryOp.Delete("plant")));
        work();
        assertThat(settled()).isTrue();
        assertThat(catalog.find("plant")).isNull();
    }

    /** As many more channels, which were removed. */
    private void remove(int count) throws IOException {
        long index = 2;
        for (int i = 0; i < count; i++) {
            String name = "removed" + i;
            TopicFilter filter = TopicFilter.of(name + "/#");
            registry.apply(
                    ++index, RegistryCodec.encode(new RegistryOp.Create(name, filter, ChannelSettings.DEFAULT, 0)));
            registry.apply(++index, RegistryCodec.encode(new RegistryOp.Delete(name)));
        }
    }

    @Test
    void someRemovedChannelsAreClearedAtATime() throws IOException {
        remove(2 * GroupTurns.AT_A_TIME);
        engine.silent = true;
        tell();
        assertThat(engine.cleared).hasSize(GroupTurns.AT_A_TIME);
    }

    @Test
    void removedChannelsAreClearedAgainUntilTheyAre() throws IOException {
        remove(40);
        tell();
        assertThat(engine.cleared).hasSize(1);
        timing.pass(GroupTurns.AGAIN_MS);
        assertThat(engine.cleared).hasSize(2);

        engine.configureFailure = null;
        timing.pass(GroupTurns.AGAIN_MS);
        assertThat(Set.copyOf(engine.cleared)).hasSize(40);
        assertThat(engine.cleared).hasSize(42);
    }

    @Test
    void nothingIsClearedByAnEngineThatCloses() throws IOException {
        remove(40);
        tell();
        closed = true;
        timing.pass(60_000);
        assertThat(engine.cleared).hasSize(1);
    }
}
