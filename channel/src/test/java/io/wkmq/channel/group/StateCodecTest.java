package io.wkmq.channel.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.testing.sim.Seeds;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StateCodecTest {
    private static final ChannelRules RULES = new ChannelRules(3, 100, 1_000, 9, 5_000, Retention.FOR_EVER);

    private static ChannelState state(Random random) {
        ChannelState state = new ChannelState(random.nextInt(1_000), RULES);
        long first = 1L + random.nextInt(1_000);
        state.restore(
                new Position(first, first + random.nextInt(1_000), random.nextInt(1_000_000), random.nextLong()),
                random.nextBoolean());
        for (int i = random.nextInt(5); i > 0; i--) {
            state.cursors().put("c" + i, new Cursor(random.nextInt(2_000), random.nextInt(9_999), "r", i, i));
        }
        for (int i = random.nextInt(50); i > 0; i--) {
            state.keys().restore(new MessageKey(random.nextLong(), i, 1), i, i);
        }
        return state;
    }

    @Test
    void whatIsReadOfTheHeadIsWhatIsReadOfAll() {
        Seeds.of("StateCodecTest.head", 200).forEach(random -> {
            byte[] row = StateCodec.encode(state(random));
            ChannelState whole = StateCodec.decodeChannel(row);
            assertThat(StateCodec.decodeHead(row))
                    .isEqualTo(new ChannelHead(
                            whole.channel(),
                            whole.rules(),
                            whole.position(),
                            whole.importing(),
                            whole.readers().values().stream()
                                    .mapToLong(Cursor::usedMs)
                                    .min()
                                    .orElse(Long.MAX_VALUE)));
        });
    }

    @Test
    void aHeadThatEndsEarlyIsRefused() {
        byte[] row = StateCodec.encode(new ChannelState(7, RULES));
        assertThatThrownBy(() -> StateCodec.decodeHead(Arrays.copyOf(row, 9))).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> StateCodec.decodeHead(new byte[0])).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> StateCodec.decodeHead(new byte[] {9})).isInstanceOf(CorruptDataException.class);
    }
}
