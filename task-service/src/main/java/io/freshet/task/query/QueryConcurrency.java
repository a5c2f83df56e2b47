package io.freshet.task.query;

import io.freshet.task.limit.ConcurrencyLimiter;
import io.freshet.task.storage.DatabaseProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Limit of the queries that one account has in progress, so that its slow ones leave connections to the others. */
@Configuration(proxyBeanMethods = false)
class QueryConcurrency implements WebMvcConfigurer, HandlerInterceptor {

    private static final String PERMIT = QueryConcurrency.class.getName();

    private final ConcurrencyLimiter limiter;

    QueryConcurrency(DatabaseProperties properties) {
        this.limiter = new ConcurrencyLimiter("queries", properties.queryConnections(), properties.queriesPerAccount());
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/tasks/**", "/objects", "/quotas", "/batches/**");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        String account = request.getParameter("account");
        if (account != null) {
            request.setAttribute(PERMIT, limiter.acquire(account));
        }
        return true;
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception e) {
        if (request.getAttribute(PERMIT) instanceof ConcurrencyLimiter.Permit permit) {
            permit.close();
        }
    }
}
