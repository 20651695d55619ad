package io.wkmq.session.mvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.Samples;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what can be read from a stored delivery without decoding it. */
final class DeliveryCodecTest {
    private static final Message MESSAGE = Samples.message("t/ü", "text");
    private static final long NUMBER = 0x0123_4567_89AB_CDEFL;

    private static StoredDelivery delivery(String filter, int... identifiers) {
        SubscriptionFilter parsed = SubscriptionFilter.parse(filter);
        return new StoredDelivery(
                7,
                MESSAGE,
                Qos.EXACTLY_ONCE,
                true,
                identifiers,
                parsed.share() == null ? null : parsed,
                0xABCD,
                StoredDelivery.State.RELEASED);
    }

    private static byte[] stored(StoredDelivery delivery) {
        ByteWriter out = new ByteWriter(64);
        DeliveryCodec.write(out, delivery, NUMBER);
        return out.toBytes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"t/+", "$share/g/t/+", "$share/gü/ü/#"})
    void theNumberOfItsMessageIsFoundBehindAllElse(String filter) {
        assertThat(DeliveryCodec.messageNumber(stored(delivery(filter)))).isEqualTo(NUMBER);
        assertThat(DeliveryCodec.messageNumber(stored(delivery(filter, 1, 268_435_455, 128))))
                .isEqualTo(NUMBER);
    }

    @Test
    void oneThatHoldsItsMessageRefersToNone() {
        ByteWriter out = new ByteWriter(64);
        DeliveryCodec.writeInline(out, delivery("$share/g/t/+", 1));

        assertThat(DeliveryCodec.messageNumber(out.toBytes())).isZero();
    }

    @Test
    void anotherFormatIsNotTakenForThis() {
        byte[] stored = stored(delivery("t/+"));
        stored[0] = 2;

        assertThatExceptionOfType(CorruptDataException.class)
                .isThrownBy(() -> DeliveryCodec.messageNumber(stored))
                .withMessageContaining("A delivery has format 2; expected 1");
    }

    @Test
    void oneThatEndsTooEarlyIsDamaged() {
        byte[] stored = stored(delivery("$share/g/t/+", 1));
        for (int length = 2; length < stored.length; length++) {
            byte[] cut = Arrays.copyOf(stored, length);

            assertThatThrownBy(() -> DeliveryCodec.messageNumber(cut))
                    .as("%s of %s bytes", length, stored.length)
                    .isInstanceOf(CorruptDataException.class);
        }
    }
}
