package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EngineRegistryTest {
    private final SimDisk disk = new SimDisk();

    private LocalEngine open() throws IOException {
        return LocalEngine.open(
                new SimulatedDisk(disk),
                SimulatedDisk.DIRECTORY,
                SimNode.small(2, AppenderOptions.defaults()),
                Clock.systemUTC());
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static ChannelDefinition create(LocalEngine engine, String name) {
        RegistryAnswer answer = get(
                engine.change(new RegistryOp.Create(name, TopicFilter.of(name + "/#"), ChannelSettings.DEFAULT, 1)));
        assertThat(answer).isInstanceOf(RegistryAnswer.Done.class);
        return ((RegistryAnswer.Done) answer).channel();
    }

    @Test
    void channelsAreThereAfterARestart() throws IOException {
        ChannelDefinition first;
        try (LocalEngine engine = open()) {
            first = create(engine, "a");
            create(engine, "b");
            get(engine.change(new RegistryOp.Delete("b")));
        }
        try (LocalEngine engine = open()) {
            assertThat(get(engine.channels())).containsExactly(first);
            assertThat(get(engine.deleted())).containsExactly(2);
            get(engine.clear(2));
            assertThat(get(engine.deleted())).isEmpty();
            assertThat(create(engine, "c").number()).isEqualTo(3);
        }
    }

    @Test
    void nodesAreThereAfterARestart() throws IOException {
        NodeId node = new NodeId(new UUID(1, 2));
        RegistryOp is = new RegistryOp.NodeIs(node, new NodeName("wkmq", "10.0.0.1"), List.of(), null, 5);
        RegisteredNode listed;
        try (LocalEngine engine = open()) {
            assertThat(get(engine.nodes())).isEmpty();
            assertThat(engine.leadsRegistry()).isTrue();
            listed = ((RegistryAnswer.Listed) get(engine.change(is))).node();
            create(engine, "a");
        }
        try (LocalEngine engine = open()) {
            assertThat(get(engine.nodes())).containsExactly(listed);
            assertThat(get(engine.channels())).hasSize(1);
        }
    }

    @Test
    void channelsAreThereAfterACrash() throws IOException {
        LocalEngine engine = open();
        ChannelDefinition first = create(engine, "a");
        SimDisk after = disk.crashed(disk.now(), Loss.ALL, new Random(1));
        engine.close();
        try (LocalEngine again = LocalEngine.open(
                new SimulatedDisk(after),
                SimulatedDisk.DIRECTORY,
                SimNode.small(2, AppenderOptions.defaults()),
                Clock.systemUTC())) {
            assertThat(get(again.channels())).containsExactly(first);
        }
    }
}
