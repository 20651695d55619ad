package io.wkmq.channel.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.MessageKey;
import io.wkmq.channel.storage.CorruptDataException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordPageTest {
    private static final int CHANNEL = 7;

    private static ChannelRecord record(long seq, String body) {
        MessageKey key = seq % 2 == 0 ? new MessageKey(seq, 2, 3) : null;
        return new ChannelRecord(seq, seq * 10, 4, new Entry(body.getBytes(StandardCharsets.US_ASCII), key));
    }

    @Test
    void recordsAreWhatTheyWere() {
        List<ChannelRecord> records = List.of(record(5, "a"), record(6, ""), record(7, "long ".repeat(100)));
        List<ChannelRecord> decoded = RecordPage.decode(CHANNEL, RecordPage.encode(CHANNEL, records));
        assertThat(decoded).usingRecursiveComparison().isEqualTo(records);
        assertThat(RecordPage.decode(CHANNEL, new byte[0])).isEmpty();
    }

    @Test
    void recordsThatAreDamagedOrOfAnotherChannelAreRefused() {
        byte[] page = RecordPage.encode(CHANNEL, List.of(record(1, "one"), record(2, "two")));
        assertThatThrownBy(() -> RecordPage.decode(CHANNEL + 1, page)).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> RecordPage.decode(CHANNEL, Arrays.copyOf(page, page.length - 1)))
                .isInstanceOf(CorruptDataException.class);
        page[page.length - 1] ^= 1;
        assertThatThrownBy(() -> RecordPage.decode(CHANNEL, page))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("channel 7");
    }
}
