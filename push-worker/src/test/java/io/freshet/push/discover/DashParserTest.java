package io.freshet.push.discover;

import static io.freshet.push.discover.Manifests.objects;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DashParserTest {

    private static String mpd(String attributes, String content) {
        return "<?xml version=\"1.0\"?>\n<!-- made - by hand -->\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
                + attributes + ">" + content + "</MPD>";
    }

    private static String template(String template) {
        return mpd(
                "mediaPresentationDuration=\"PT10.5S\"",
                "<Period><AdaptationSet>" + template
                        + "<Representation id=\"v1\" bandwidth=\"100\"/></AdaptationSet></Period>");
    }

    @Test
    void numbers_fill_the_duration_of_the_presentation() throws Exception {
        assertThat(objects(template("<SegmentTemplate timescale=\"1000\" duration=\"4000\" startNumber=\"7\""
                        + " initialization=\"$RepresentationID$/init.mp4\" media=\"$RepresentationID$_$Bandwidth$/"
                        + "$Number%05d$-$$.m4s\"/>")))
                .containsExactly("v1/init.mp4", "v1_100/00007-$.m4s", "v1_100/00008-$.m4s", "v1_100/00009-$.m4s");
    }

    @Test
    void end_number_ends_the_segments() throws Exception {
        assertThat(objects(template("<SegmentTemplate duration=\"1\" endNumber=\"2\" media=\"$Number$\"/>")))
                .containsExactly("1", "2");
    }

    @Test
    void timeline_gives_times_and_repeats() throws Exception {
        assertThat(objects(template("<SegmentTemplate timescale=\"10\" media=\"$Time$-$Number$\"><SegmentTimeline>"
                        + "<S t=\"5\" d=\"20\" r=\"1\"/><S d=\"10\"/><S t=\"60\" d=\"15\" r=\"-1\"/>"
                        + "</SegmentTimeline></SegmentTemplate>")))
                .containsExactly("5-1", "25-2", "45-3", "60-4", "75-5", "90-6");
    }

    @Test
    void base_urls_nest_and_periods_add_up() throws Exception {
        assertThat(objects(mpd("", """
                <BaseURL>media/</BaseURL><BaseURL>https://backup.example/</BaseURL>
                <Period duration="PT4S"><BaseURL>p1/</BaseURL>
                  <AdaptationSet><BaseURL>video/</BaseURL>
                    <SegmentTemplate media="$RepresentationID$-$Number$" duration="2"/>
                    <Representation id="a"/>
                    <Representation id="b"><BaseURL>b/</BaseURL><SegmentTemplate duration="4"/></Representation>
                  </AdaptationSet>
                </Period>
                <Period duration="PT1M"><AdaptationSet>
                  <Representation id="c"><BaseURL>c.mp4</BaseURL><SegmentBase indexRange="0-9"><Initialization
                      range="0-1"/></SegmentBase></Representation>
                  <Representation id="d"><BaseURL>/d/</BaseURL><SegmentList><Initialization sourceURL="i"/>
                    <SegmentURL media="1"/><SegmentURL media="2" index="x"/></SegmentList></Representation>
                </AdaptationSet></Period>
                """)))
                .containsExactly(
                        "media/p1/video/a-1",
                        "media/p1/video/a-2",
                        "media/p1/video/b/b-1",
                        "media/c.mp4",
                        "https://h.example/d/i",
                        "https://h.example/d/1",
                        "https://h.example/d/2",
                        "https://h.example/d/x");
    }

    @Test
    void period_without_duration_ends_where_the_next_one_starts() throws Exception {
        assertThat(objects(mpd("mediaPresentationDuration=\"PT0H0M6S\"", """
                <Period id="1"><AdaptationSet><SegmentTemplate media="a$Number$" duration="2"/><Representation/>
                </AdaptationSet></Period>
                <Period start="PT4S"><AdaptationSet><SegmentTemplate media="b$Number$" duration="2"/><Representation/>
                </AdaptationSet></Period>
                """))).containsExactly("a1", "a2", "b1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<SegmentTemplate media=\"$SubNumber$\"/>|uses $SubNumber$, which is not supported",
                "<SegmentTemplate duration=\"1\"/>|is broken: a segment template has no media",
                "<SegmentTemplate media=\"$Number$\" timescale=\"0\" duration=\"1\"/>|is broken: a timescale is 0",
                "<SegmentTemplate media=\"$Number$\" duration=\"-3\"/>"
                        + "|is broken: \"-3\" is not a number of segments or a time",
                "<SegmentTemplate media=\"$Number$\" timescale=\"1000000000000000000\" duration=\"1\"/>"
                        + "|has more than 10000000 segments",
                "<SegmentTemplate media=\"$Number$\" timescale=\"9999\" duration=\"1\"/>"
                        + "|names more than 10000 objects, the most that this push may add by it",
                "<SegmentTemplate media=\"a\" timescale=\"500000\" duration=\"1\"/>|has more than 1000000 entries",
                "''|is broken: the representation \"v1\" names no segment",
            })
    void presentation_that_cannot_be_followed_ends_with_the_reason(String template, String reason) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(() -> objects(template(template)))
                        .isInstanceOf(ManifestException.class)
                        .hasMessage(reason));
    }

    @Test
    void live_presentation_is_refused() {
        assertThatThrownBy(() -> objects(mpd("type=\"dynamic\"", "")))
                .hasMessage("is of a live presentation (type dynamic), whose segments change");
    }

    @Test
    void parts_from_elsewhere_are_refused() {
        assertThatThrownBy(() -> objects(mpd(
                        "xmlns:xlink=\"http://www.w3.org/1999/xlink\"",
                        "<Period xlink:href=\"http://10.0.0.1/period\"/>")))
                .hasMessage("loads a part of itself from elsewhere (xlink), which is not supported");
    }
}
