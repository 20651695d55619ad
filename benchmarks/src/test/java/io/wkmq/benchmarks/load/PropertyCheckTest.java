package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class PropertyCheckTest {
    private final PropertyCheck check = new PropertyCheck(new Decorations(false, true, 1, true));

    @Test
    void whatWasPublishedIsComplete() {
        assertThat(complete(decorated(1), true)).isTrue();
    }

    @Test
    void anAliasStandsForATopicThatWasNamedOnThisConnection() {
        assertThat(complete(decorated(1), false)).isFalse();
        complete(decorated(1), true);
        assertThat(complete(decorated(1), false)).isTrue();
        assertThat(complete(decorated(2), false)).isFalse();

        check.connected();

        assertThat(complete(decorated(1), false)).isFalse();
    }

    @Test
    void anAliasBeyondTheMaximumIsWrong() {
        assertThat(complete(decorated(Decorations.ALIASES_MAX + 1), true)).isFalse();
    }

    @Test
    void aMissingPropertyIsFound() {
        assertThat(complete(Unpooled.buffer().writeByte(0x0B).writeByte(Decorations.SUBSCRIPTION_ID), true))
                .isFalse();
        assertThat(complete(userProperty(Unpooled.buffer()), true)).isFalse();
    }

    @Test
    void otherPropertiesAreSkipped() {
        ByteBuf properties = decorated(1);
        properties.writeByte(0x01).writeByte(1);
        properties.writeByte(0x02).writeInt(60);
        properties.writeByte(0x03);
        Packets.text(properties, "text/plain");

        assertThat(complete(properties, true)).isTrue();
    }

    private static ByteBuf decorated(int alias) {
        ByteBuf properties = Unpooled.buffer();
        properties.writeByte(0x23).writeShort(alias);
        properties.writeByte(0x0B).writeByte(Decorations.SUBSCRIPTION_ID);
        return userProperty(properties);
    }

    private static ByteBuf userProperty(ByteBuf properties) {
        properties.writeByte(0x26);
        Packets.text(properties, "key");
        Packets.text(properties, "value");
        return properties;
    }

    private boolean complete(ByteBuf properties, boolean named) {
        return check.complete(properties, 0, properties.writerIndex(), named);
    }
}
