-- Vai trò và cơ sở dữ liệu của dunghan trên một PostgreSQL có sẵn (15 trở lên). Người quản trị PostgreSQL chạy một lần;
-- chạy lại không hỏng gì: vai đã có thì chỉ đặt lại mật khẩu và quyền.
--
--   DUNGHAN_OWNER_PASSWORD=… DUNGHAN_APP_PASSWORD=… DUNGHAN_AUDITOR_PASSWORD=… DUNGHAN_PREFECT_PASSWORD=… \
--     psql -X -v ON_ERROR_STOP=1 -f deployments/postgresql/roles.sql postgres
--
-- Mật khẩu lấy từ biến môi trường như trên, hoặc từ «psql -v owner_password=…» (khi ấy người khác trên máy có thể thấy
-- trong danh sách tiến trình). Tên cơ sở dữ liệu: -v database=… và -v prefect_database=…; mặc định dunghan và prefect.

\set QUIET on
SET client_min_messages = warning;
\getenv owner_password DUNGHAN_OWNER_PASSWORD
\getenv app_password DUNGHAN_APP_PASSWORD
\getenv auditor_password DUNGHAN_AUDITOR_PASSWORD
\getenv prefect_password DUNGHAN_PREFECT_PASSWORD
\if :{?database} \else \set database dunghan
\endif
\if :{?prefect_database} \else \set prefect_database prefect
\endif

-- Mật khẩu không vào nhật ký của máy chủ, dù nơi ấy ghi mọi câu lệnh. Chỉ superuser đặt được điều này.
SELECT set_config(name, value, false)
FROM (VALUES ('log_statement', 'none'), ('log_min_error_statement', 'panic'), ('log_min_duration_statement', '-1'))
    AS quiet(name, value)
WHERE (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) \g /dev/null

SET password_encryption = 'scram-sha-256';
SELECT current_setting('server_version_num')::int >= 160000 AS grants_have_options \gset

-- Vai chưa có thì tạo, không kèm quyền nào.
SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['dunghan_owner', 'dunghan_app', 'dunghan_auditor', 'dunghan_page', 'dunghan_prefect']) AS wanted(name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

-- dunghan_owner: chủ các bảng; chỉ dùng khi cập nhật cấu trúc, sao lưu, phục hồi và chạy thử (CREATEDB: mỗi lần chạy thử
-- có cơ sở dữ liệu riêng, xong thì bỏ). Không phải superuser, không tạo được vai.
ALTER ROLE dunghan_owner LOGIN NOSUPERUSER NOCREATEROLE CREATEDB NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';

-- dunghan_app: chương trình chạy hằng ngày. Làm việc với các dòng; nhật ký chỉ thêm và đọc.
ALTER ROLE dunghan_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS PASSWORD :'app_password';

-- dunghan_auditor: người kiểm tra nối thẳng vào; chỉ đọc.
ALTER ROLE dunghan_auditor
    LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS PASSWORD :'auditor_password';
ALTER ROLE dunghan_auditor SET default_transaction_read_only = on;

-- dunghan_page: các trang hạ xuống vai này cho từng người đăng nhập, chỉ thấy dòng của một cơ quan. Không ai đăng nhập
-- bằng vai này; dunghan_app được chuyển sang (SET ROLE) chứ không thừa hưởng. PostgreSQL 15 chưa tách hai điều ấy.
ALTER ROLE dunghan_page NOLOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS;
\if :grants_have_options
GRANT dunghan_page TO dunghan_app WITH INHERIT FALSE, SET TRUE;
\else
GRANT dunghan_page TO dunghan_app;
\endif

-- dunghan_prefect: chủ cơ sở dữ liệu của Prefect, không thấy gì của dunghan.
ALTER ROLE dunghan_prefect LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS PASSWORD :'prefect_password';

-- Hai cơ sở dữ liệu, mỗi cái một chủ. Chủ cơ sở dữ liệu cài được pg_trgm mà Prefect cần.
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8''', name, owner)
FROM (VALUES (:'database', 'dunghan_owner'), (:'prefect_database', 'dunghan_prefect')) AS wanted(name, owner)
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec

-- Không ai ngoài các vai trên nối được.
REVOKE ALL ON DATABASE :"database", :"prefect_database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO dunghan_app, dunghan_auditor;

\echo 'Xong: dunghan_owner, dunghan_app, dunghan_auditor, dunghan_page, dunghan_prefect.'
