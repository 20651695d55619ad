package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class PlaceCheckTest {
    private final Places places = new Places();
    private final PlaceCheck check = new PlaceCheck("plant", places);

    @Test
    void numbersInTheOrderOfTheMessagesAreRight() {
        confirm(0, puback("plant", 7));
        confirm(1, puback("plant", 8));

        assertThat(places.count()).isEqualTo(2);
        assertThat(places.gaps()).isZero();
        assertThat(places.duplicates()).isZero();
        assertThat(check.disorders()).isZero();
        assertThat(check.unplaced()).isZero();
    }

    @Test
    void aMissingNumberIsAGap() {
        confirm(0, puback("plant", 7));
        confirm(1, puback("plant", 10));

        assertThat(places.gaps()).isEqualTo(2);
        assertThat(places.last()).isEqualTo(10);
    }

    @Test
    void aNumberThatIsGivenTwiceIsADuplicate() {
        confirm(0, puback("plant", 7));
        confirm(1, puback("plant", 7));

        assertThat(places.duplicates()).isEqualTo(1);
        assertThat(check.disorders()).isEqualTo(1);
    }

    @Test
    void aMessageInFrontOfAnEarlierOneIsOutOfOrder() {
        confirm(0, puback("plant", 8));
        confirm(1, puback("plant", 7));

        assertThat(check.disorders()).isEqualTo(1);
        assertThat(places.gaps()).isZero();
    }

    @Test
    void whatTellsNoNumberInTheChannelIsFound() {
        confirm(0, Unpooled.buffer().writeShort(1));
        confirm(1, Unpooled.buffer().writeShort(1).writeByte(0x10));
        confirm(2, puback("other", 7));

        assertThat(check.unplaced()).isEqualTo(3);
        assertThat(places.count()).isZero();
    }

    @Test
    void whatAPublisherCallsANumberIsNone() {
        ByteBuf properties = Unpooled.buffer();
        property(properties, "wk-ch", "plant");
        property(properties, "wk-seq", "1000");
        property(properties, "wk-ch", "plant");
        property(properties, "wk-seq", "9");

        assertThat(new PlaceReader("plant").of(properties, 0, properties.writerIndex()))
                .isEqualTo(9);
    }

    private void confirm(long sequence, ByteBuf puback) {
        check.confirmed(sequence, puback, 0, puback.writerIndex());
    }

    private static ByteBuf puback(String channel, long number) {
        ByteBuf properties = Unpooled.buffer();
        properties.writeByte(0x1F);
        Packets.text(properties, "a reason of more than a hundred bytes ".repeat(4));
        property(properties, "wk-ch", channel);
        property(properties, "wk-seq", Long.toString(number));
        property(properties, "wk-term", "1");
        ByteBuf out = Unpooled.buffer().writeShort(1).writeByte(0);
        Packets.writeVariable(out, properties.readableBytes());
        return out.writeBytes(properties);
    }

    private static void property(ByteBuf out, String name, String value) {
        out.writeByte(0x26);
        Packets.text(out, name);
        Packets.text(out, value);
    }
}
