package io.freshet.gateway.console;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The pages of the console. All are one HTML file, which shows a page by the path, so that links can be shared. */
@Controller
@Hidden
class ConsolePages {

    static final String HOME = "/";
    static final String REFRESH = "/refresh";
    static final String TASKS = "/tasks";
    static final String TASK = "/tasks/{taskId}";
    static final String INSPECT = "/inspect";
    static final String NODES = "/nodes";
    static final String QUOTAS = "/quotas";

    private final Resource page = new ClassPathResource("console/index.html");
    private final String tag = new ContentTag().of(page);

    @GetMapping(
            path = {HOME, REFRESH, TASKS, TASK, INSPECT, NODES, QUOTAS},
            produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<Resource> page() {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache())
                .eTag(tag)
                .contentType(MediaType.TEXT_HTML)
                .body(page);
    }
}
