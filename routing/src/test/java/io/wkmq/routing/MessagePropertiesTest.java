package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessagePropertiesTest {
    private static final MessageProperties FULL = new MessageProperties(
            true, "type", "to/ü", new byte[] {7, 0}, List.of(new UserProperty("n", "日"), new UserProperty("n", "")));

    private static MessageProperties ofHex(String hex) {
        return MessageProperties.ofEncoded(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    void tellsWhatItWasMadeOf() {
        assertThat(FULL.payloadIsUtf8()).isTrue();
        assertThat(FULL.contentType()).isEqualTo("type");
        assertThat(FULL.responseTopic()).isEqualTo("to/ü");
        assertThat(FULL.correlationData()).containsExactly(7, 0);
        assertThat(FULL.userProperties()).containsExactly(new UserProperty("n", "日"), new UserProperty("n", ""));
    }

    @Test
    void isEncodedAsInAPacket() {
        MessageProperties same =
                ofHex("0101 030004 74797065 080005 746f2fc3bc 090002 0700 260001 6e 0003 e697a5" + "260001 6e 0000");
        assertThat(FULL.encoded()).isEqualTo(same.encoded());
        assertThat(FULL).isEqualTo(same).hasSameHashCodeAs(same);
    }

    @Test
    void readsWhatWasEncodedInAnyOrder() {
        MessageProperties properties = ofHex("26 0001 61 0001 62  09 0001 ff  26 0001 63 0000  01 01  03 0000");
        assertThat(properties.payloadIsUtf8()).isTrue();
        assertThat(properties.contentType()).isEmpty();
        assertThat(properties.responseTopic()).isNull();
        assertThat(properties.correlationData()).containsExactly(0xFF);
        assertThat(properties.userProperties()).containsExactly(new UserProperty("a", "b"), new UserProperty("c", ""));
        assertThat(properties).isNotEqualTo(ofHex("26 0001 61 0001 62"));
    }

    @Test
    void nothingIsNone() {
        MessageProperties nothing = new MessageProperties(false, null, null, null, List.of());
        assertThat(nothing).isEqualTo(MessageProperties.NONE);
        assertThat(nothing.payloadIsUtf8()).isFalse();
        assertThat(nothing.contentType()).isNull();
        assertThat(nothing.correlationData()).isNull();
        assertThat(nothing.userProperties()).isEmpty();
        assertThat(nothing.bytes()).isZero();
        assertThat(ofHex("")).isSameAs(MessageProperties.NONE);
    }

    @Test
    void takesTextsOf65535BytesAndNoMore() {
        String longest = "日".repeat(21_845);
        List<UserProperty> many = Collections.nCopies(3, new UserProperty(longest, longest));
        MessageProperties properties = new MessageProperties(false, longest, null, new byte[65_535], many);
        assertThat(properties.contentType()).isEqualTo(longest);
        assertThat(properties.correlationData()).hasSize(65_535);
        assertThat(properties.userProperties()).isEqualTo(many);
        assertThatThrownBy(() -> new MessageProperties(false, longest + "a", null, null, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65536 bytes");
    }
}
