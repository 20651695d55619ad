package io.wkmq.channel.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.group.Retention;
import io.wkmq.channel.registry.RegistryAnswer.Done;
import io.wkmq.channel.registry.RegistryAnswer.Refused;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RegistryMachineTest {
    private final RegistryMachine machine = new RegistryMachine();

    private RegistryAnswer apply(RegistryOp op) {
        RegistryOp read = RegistryCodec.decode(RegistryCodec.encode(op));
        assertThat(read).isEqualTo(op);
        RegistryAnswer answer = machine.apply(machine.applied() + 1, read);
        if (answer != null) {
            assertThat(RegistryCodec.answer(RegistryCodec.encode(answer))).isEqualTo(answer);
        }
        return answer == null ? new Refused("nothing") : answer;
    }

    private RegistryAnswer create(String name, String filter) {
        return apply(new RegistryOp.Create(name, TopicFilter.of(filter), ChannelSettings.DEFAULT, 7));
    }

    private static ChannelDefinition done(RegistryAnswer answer) {
        assertThat(answer).isInstanceOf(Done.class);
        return ((Done) answer).channel();
    }

    private static String refused(RegistryAnswer answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        return ((Refused) answer).reason();
    }

    @Test
    void channelsAreNumberedAndNoNumberIsUsedAgain() {
        assertThat(done(create("a", "a/#")).number()).isEqualTo(1);
        assertThat(done(create("b", "b/#")).number()).isEqualTo(2);
        assertThat(done(apply(new RegistryOp.Delete("b"))).number()).isEqualTo(2);
        assertThat(machine.deleted()).containsExactly(2);
        assertThat(done(create("b", "b/#")).number()).isEqualTo(3);
        apply(new RegistryOp.Dropped(2));
        assertThat(machine.deleted()).isEmpty();
        assertThat(machine.channels()).extracting(ChannelDefinition::name).containsExactly("a", "b");
    }

    @Test
    void aTopicIsInOneChannelOnly() {
        create("plant", "plant/+/temp");
        assertThat(refused(create("other", "plant/7/#")))
                .contains("plant/+/temp")
                .contains("channel plant ");
        assertThat(refused(create("all", "#"))).contains("plant/+/temp");
        assertThat(refused(create("plus", "+/+/+"))).contains("plant/+/temp");
        done(create("humidity", "plant/+/humidity"));
        done(create("shorter", "plant/+"));
        assertThat(refused(create("below", "plant/7"))).contains("channel shorter ");
        apply(new RegistryOp.Delete("plant"));
        done(create("temp", "plant/7/temp"));
    }

    @Test
    void aNameIsUsedOnce() {
        create("a", "a");
        assertThat(refused(create("a", "b"))).isEqualTo("There is a channel a already");
        assertThat(refused(apply(new RegistryOp.Delete("b")))).isEqualTo("There is no channel b");
    }

    @Test
    void oddNamesAndReservedFiltersAreRefused() {
        assertThat(refused(create("a/b", "a"))).contains("'a/b'");
        assertThat(refused(create("x".repeat(65), "a"))).contains("1 to 64");
        assertThat(refused(create("a", "$SYS/#"))).contains("'$SYS/#'");
        assertThat(refused(create("a", "a" + "/b".repeat(30_000)))).contains("30001 levels");
        assertThat(machine.channels()).isEmpty();
    }

    @Test
    void otherSettingsAreANewRevision() {
        create("a", "a");
        ChannelSettings settings = new ChannelSettings(new Retention(1, 2, 3), 4, 5, 600_000);
        ChannelDefinition altered = done(apply(new RegistryOp.Alter("a", settings)));
        assertThat(altered.revision()).isEqualTo(2);
        assertThat(altered.settings()).isEqualTo(settings);
        assertThat(altered.rules().retention()).isEqualTo(new Retention(1, 2, 3));
    }

    private RegistryAnswer takeOver(Origin origin, String name, String filter) {
        return apply(new RegistryOp.TakeOver(origin, name, TopicFilter.of(filter), ChannelSettings.DEFAULT, 7));
    }

    @Test
    void aChannelIsTakenOverOnceAndComesUntilThatIsSaid() {
        create("a", "a/#");
        Origin origin = new Origin(-5, 1);
        assertThat(machine.takeover(origin)).isEqualTo(Takeover.NONE);
        ChannelDefinition made = done(takeOver(origin, "b", "b/#"));
        assertThat(made.number()).isEqualTo(2);
        assertThat(done(takeOver(origin, "b", "b/#"))).isEqualTo(made);
        assertThat(machine.takeover(origin)).isEqualTo(Takeover.COMING);
        assertThat(machine.coming(2)).isTrue();
        assertThat(refused(apply(new RegistryOp.Alter("b", ChannelSettings.DEFAULT))))
                .contains("b is being taken over");
        assertThat(refused(create("c", "b/c"))).contains("channel b ");
        assertThat(done(apply(new RegistryOp.TakenOver("b", 2)))).isEqualTo(made);
        assertThat(machine.takeover(origin)).isEqualTo(Takeover.DONE);
        assertThat(machine.coming(2)).isFalse();
        assertThat(refused(apply(new RegistryOp.TakenOver("b", 3)))).isEqualTo("There is no channel b");
        assertThat(done(takeOver(origin, "b", "b/#"))).isEqualTo(made);
    }

    @Test
    void aChannelThatWasTakenOverAndRemovedDoesNotComeBack() {
        Origin origin = new Origin(1, 1);
        takeOver(origin, "a", "a/#");
        apply(new RegistryOp.Delete("a"));
        assertThat(machine.takeover(origin)).isEqualTo(Takeover.DONE);
        assertThat(refused(takeOver(origin, "a", "a/#"))).isEqualTo("Channel a was taken over and is removed");
        assertThat(done(takeOver(new Origin(2, 1), "a", "a/#")).number()).isEqualTo(2);
        assertThat(refused(takeOver(origin, "a", "a/#"))).isEqualTo("Channel a was taken over and is removed");
    }

    @Test
    void whatOverlapsIsNotTakenOver() {
        create("a", "a/#");
        Origin origin = new Origin(1, 1);
        assertThat(refused(takeOver(origin, "b", "a/b"))).contains("channel a ");
        assertThat(refused(takeOver(origin, "a", "b"))).isEqualTo("There is a channel a already");
        assertThat(machine.takeover(origin)).isEqualTo(Takeover.NONE);
        assertThat(RegistryCodec.encode(machine)[0])
                .as("the version of its row")
                .isEqualTo((byte) 1);
    }

    @Test
    void aSnapshotHasWhatWasTakenOver() {
        takeOver(new Origin(-1, 1), "a", "a");
        takeOver(new Origin(-1, 2), "b", "b");
        apply(new RegistryOp.TakenOver("a", 1));
        RegistryMachine other = new RegistryMachine();
        RegistryCodec.decode(RegistryCodec.encode(machine), other);
        assertThat(RegistryCodec.encode(other)).isEqualTo(RegistryCodec.encode(machine));
        assertThat(other.takeover(new Origin(-1, 1))).isEqualTo(Takeover.DONE);
        assertThat(other.takeover(new Origin(-1, 2))).isEqualTo(Takeover.COMING);
    }

    @Test
    void anEntryIsAppliedOnce() {
        RegistryOp create = new RegistryOp.Create("a", TopicFilter.of("a"), ChannelSettings.DEFAULT, 1);
        machine.apply(1, create);
        assertThat(machine.apply(1, create)).isNull();
    }

    @Test
    void entriesOfOthersMayLieBetween() {
        RegistryOp create = new RegistryOp.Create("a", TopicFilter.of("a"), ChannelSettings.DEFAULT, 1);
        assertThat(machine.apply(7, create)).isInstanceOf(RegistryAnswer.Done.class);
        assertThat(machine.applied()).isEqualTo(7);
        assertThat(machine.apply(6, new RegistryOp.Delete("a"))).isNull();
    }

    @Test
    void aSnapshotHasAllOfIt() {
        create("a", "a/#");
        create("b", "b");
        apply(new RegistryOp.Delete("a"));
        RegistryMachine other = new RegistryMachine();
        RegistryCodec.decode(RegistryCodec.encode(machine), other);
        assertThat(RegistryCodec.encode(other)).isEqualTo(RegistryCodec.encode(machine));
        RegistryAnswer next =
                other.apply(4, new RegistryOp.Create("c", TopicFilter.of("b/#"), ChannelSettings.DEFAULT, 1));
        assertThat(refused(Objects.requireNonNull(next))).contains("channel b ");
    }

    @Test
    void whatCannotBeIsToldAsDamage() {
        byte[] alter = new ByteWriter(64)
                .int8(1)
                .int8(2)
                .text("a")
                .number(0)
                .number(0)
                .number(0)
                .toBytes();
        assertThatThrownBy(() -> RegistryCodec.decode(alter))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("A channel keeps 0 records")
                .hasCauseInstanceOf(IllegalArgumentException.class);

        create("plant", "plant/#");
        byte[] registry = RegistryCodec.encode(machine);
        registry[new String(registry, StandardCharsets.ISO_8859_1).indexOf("plant")] = '*';
        assertThatThrownBy(() -> RegistryCodec.decode(registry, new RegistryMachine()))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("A channel is called '*lant'");
    }
}
