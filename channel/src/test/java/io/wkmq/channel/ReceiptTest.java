package io.wkmq.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.UserProperty;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiptTest {
    @Test
    void eachTellsItsOwnTime() {
        assertThat(time(0)).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(time(1)).isEqualTo("1970-01-01T00:00:00.001Z");
        assertThat(time(1)).isEqualTo("1970-01-01T00:00:00.001Z");
        assertThat(time(0)).isEqualTo("1970-01-01T00:00:00Z");
    }

    @Test
    void thePlaceIsBehindThePropertiesOfThePublisher() {
        MessageProperties theirs = MessageProperties.NONE.and(List.of(new UserProperty("wk-seq", "99")));

        assertThat(new Receipt("plant", 7, 2, 0, true).on(theirs).userProperties())
                .containsExactly(
                        new UserProperty("wk-seq", "99"),
                        new UserProperty("wk-ch", "plant"),
                        new UserProperty("wk-seq", "7"),
                        new UserProperty("wk-ts", "1970-01-01T00:00:00Z"));
    }

    private static String time(long timeMs) {
        return new Receipt("plant", 7, 2, timeMs, false)
                .properties().stream()
                        .filter(property -> property.name().equals("wk-ts"))
                        .map(UserProperty::value)
                        .findFirst()
                        .orElseThrow();
    }
}
