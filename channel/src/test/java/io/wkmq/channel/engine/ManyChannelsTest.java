package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.AppendResult;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryCodec;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that declared but unused channels take no more space than their rows. */
@Timeout(120)
class ManyChannelsTest {
    private static final int CHANNELS = 20_000;
    private static final int GROUPS = 4;
    private static final int LIVE_MAX = 256;
    private static final int AT_A_TIME = 50;

    private static final LocalOptions OPTIONS = new LocalOptions(
            GROUPS,
            256 << 10,
            64 << 20,
            Duration.ofMillis(200),
            0,
            4_000,
            2,
            LIVE_MAX,
            Duration.ofHours(1),
            AppenderOptions.defaults(),
            ScrubOptions.defaults());

    private final SimDisk disk = new SimDisk();

    private static RegistryOp.Create create(int number) {
        return new RegistryOp.Create(
                "c" + number, TopicFilter.of("c/" + number + "/#"), ChannelSettings.DEFAULT, number);
    }

    private static void declareSome(SimNode node, int from) {
        List<CompletionStage<byte[]>> declared = new ArrayList<>();
        for (int number = from; number < from + AT_A_TIME; number++) {
            declared.add(node.log.of(GROUPS).propose(RegistryCodec.encode(create(number))));
        }
        List<CompletionStage<byte[]>> told = new ArrayList<>();
        for (CompletionStage<byte[]> each : declared) {
            ChannelDefinition made = ((RegistryAnswer.Done) RegistryCodec.answer(node.result(each))).channel();
            told.add(node.log
                    .of(made.number() % GROUPS)
                    .propose(OpCodec.encode(new GroupOp.Configure(made.number(), made.rules()))));
        }
        told.forEach(node::result);
    }

    private static AppendResult append(SimNode node, int channel, long number) {
        GroupOp append = new GroupOp.Append(
                new OpId(new UUID(1, 1), 0, number),
                number,
                List.of(new GroupOp.Part(channel, List.of(SimNode.entry("message " + number)))));
        return StateCodec.decodeResult(node.result(node.log.of(channel % GROUPS).propose(OpCodec.encode(append))));
    }

    private static int live(SimNode node) {
        return node.store.replicas().stream().mapToInt(GroupReplica::live).sum();
    }

    private List<String> records() {
        return disk.list().stream().filter(file -> file.endsWith(".records")).toList();
    }

    @Test
    void whatIsInMemoryAndInFilesDoesNotGrowWithTheChannelsThatAreDeclared() throws IOException {
        SimNode node = new SimNode(disk, OPTIONS);
        int mostLive = 0;
        for (int from = 1; from <= CHANNELS; from += AT_A_TIME) {
            declareSome(node, from);
            node.pass(1);
            mostLive = Math.max(mostLive, live(node));
        }
        assertThat(mostLive).isLessThanOrEqualTo(GROUPS * 4 * LIVE_MAX);
        node.pass(500);
        assertThat(records()).isEmpty();
        node.log.close();
        node.work();
        node.log.finish();
        node.store.close();

        SimNode again = new SimNode(disk, OPTIONS);
        List<ChannelDefinition> channels = again.store.registry().channels();
        assertThat(channels).hasSize(CHANNELS);
        KnownRows known = KnownRows.read(again.store.table(), channels);
        assertThat(known.unheard()).as("whose groups are told again").isEmpty();
        assertThat(known.last()).isEmpty();
        assertThat(live(again)).isZero();

        assertThat(append(again, CHANNELS / 2, 1)).isInstanceOf(AppendResult.Done.class);
        assertThat(live(again)).isEqualTo(1);
        assertThat(records()).hasSize(1);
        again.pass(3_000); // a checkpoint
        assertThat(KnownRows.read(again.store.table(), channels).last())
                .as("what the table knows")
                .containsOnlyKeys(CHANNELS / 2);
        again.store.close();
    }

    @Test
    void aNodeThatStartsTellsNoGroupWhatItKnows(@TempDir Path directory) throws Exception {
        List<RegistryOp.Create> wanted = new ArrayList<>();
        for (int number = 1; number <= 1_000; number++) {
            wanted.add(create(number));
        }
        try (NodeChannels channels = NodeChannels.open(directory.resolve("c"), OPTIONS, Clock.systemUTC())) {
            assertThat(channels.changes().createAll(wanted))
                    .allMatch(each -> each instanceof Declared.Here here && here.made());
            RegistryOp.Create other = new RegistryOp.Create("c8", TopicFilter.of("d/#"), ChannelSettings.DEFAULT, 1);
            assertThat(channels.changes().createAll(List.of(create(7), other, create(1_001))))
                    .satisfiesExactly(
                            there -> assertThat(((Declared.Here) there).made()).isFalse(),
                            refused -> assertThat(refused).isInstanceOf(Declared.Refused.class),
                            made -> assertThat(((Declared.Here) made).made()).isTrue());
        }
        try (NodeChannels channels = NodeChannels.open(directory.resolve("c"), OPTIONS, Clock.systemUTC())) {
            assertThat(channels.list()).hasSize(1_001);
            assertThat(channels.figures().log().entries())
                    .as("the beginnings of the groups, and of the registry")
                    .isEqualTo(GROUPS + 1);
        }
    }
}
