package io.wkmq.plugins.authfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterRelationTest {
    @ParameterizedTest
    @CsvSource({
        // rule, requested, covers, matches text, overlaps
        "a/b,     a/b,     true,  true,  true",
        "a/b,     a/+,     false, false, true",
        "a/b,     a/#,     false, false, true",
        "a/b,     #,       false, false, true",
        "a/b,     a/b/#,   false, false, true",
        "a/b,     a/c,     false, false, false",
        "a/+,     a/b,     true,  true,  true",
        "a/+,     a/+,     true,  true,  true",
        "a/+,     a/#,     false, true,  true",
        "a/+,     +/b,     false, false, true",
        "a/#,     a,       true,  true,  true",
        "a/#,     a/+/c,   true,  true,  true",
        "a/#,     a/#,     true,  true,  true",
        "a/#,     #,       false, false, true",
        "a/#,     +/#,     false, false, true",
        "a/#,     b/#,     false, false, false",
        "+,       #,       false, true,  true",
        "+/#,     #,       true,  true,  true",
        "#,       +/#,     true,  true,  true",
        "#,       a,       true,  true,  true",
        "#,       $SYS/a,  false, false, false",
        "+/a,     $SYS/a,  false, false, false",
        "$SYS/#,  #,       false, false, false",
        "$SYS/#,  +/a,     false, false, false",
        "$SYS/#,  $SYS/+,  true,  true,  true",
    })
    void relatesAsTheTableSays(String rule, String requested, boolean covers, boolean text, boolean overlaps) {
        TopicFilter mine = TopicFilter.of(rule);
        TopicFilter theirs = TopicFilter.of(requested);
        assertThat(FilterRelation.COVERS.holds(mine, theirs)).isEqualTo(covers);
        assertThat(FilterRelation.MATCHES_TEXT.holds(mine, theirs)).isEqualTo(text);
        assertThat(FilterRelation.OVERLAPS.holds(mine, theirs)).isEqualTo(overlaps);
    }

    /** All filters of up to three levels against all topics of up to four, with levels that no filter names. */
    @Test
    void agreesWithWhatTheFiltersMatch() {
        List<TopicFilter> filters = new ArrayList<>();
        for (String text : texts(3, List.of("a", "", "$s", "+", "#"))) {
            if (!text.isEmpty() && !text.contains("#/")) {
                filters.add(TopicFilter.of(text));
            }
        }
        List<TopicName> topics = new ArrayList<>();
        for (String text : texts(4, List.of("a", "", "$s", "z", "$z"))) {
            if (!text.isEmpty()) {
                topics.add(TopicName.of(text));
            }
        }
        assertThat(filters).hasSizeGreaterThan(80);
        for (TopicFilter rule : filters) {
            for (TopicFilter requested : filters) {
                boolean all = topics.stream().allMatch(topic -> !requested.matches(topic) || rule.matches(topic));
                boolean any = topics.stream().anyMatch(topic -> requested.matches(topic) && rule.matches(topic));
                boolean covers = FilterRelation.COVERS.holds(rule, requested);
                boolean matchesText = FilterRelation.MATCHES_TEXT.holds(rule, requested);
                boolean overlaps = FilterRelation.OVERLAPS.holds(rule, requested);
                assertThat(!covers || all).as("%s covers %s", rule, requested).isTrue();
                assertThat(!any || overlaps)
                        .as("%s overlaps %s", rule, requested)
                        .isTrue();
                if (!hasEmptyParent(rule) && !hasEmptyParent(requested)) {
                    assertThat(covers).as("%s covers %s", rule, requested).isEqualTo(all);
                    assertThat(overlaps).as("%s overlaps %s", rule, requested).isEqualTo(any);
                }
                assertThat(!covers || matchesText).as("%s, %s", rule, requested).isTrue();
                assertThat(!matchesText || overlaps)
                        .as("%s, %s", rule, requested)
                        .isTrue();
            }
        }
    }

    /** The parent of "/#" is the topic without characters, which does not exist; that is not worth a special case. */
    private static boolean hasEmptyParent(TopicFilter filter) {
        return filter.text().equals("/#");
    }

    private static List<String> texts(int levelsMax, List<String> levels) {
        List<String> all = new ArrayList<>(levels);
        List<String> longest = levels;
        for (int i = 1; i < levelsMax; i++) {
            List<String> longer = new ArrayList<>();
            for (String text : longest) {
                for (String level : levels) {
                    longer.add(text + "/" + level);
                }
            }
            all.addAll(longer);
            longest = longer;
        }
        return all;
    }
}
